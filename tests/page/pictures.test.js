import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { answer, ok, problem } from './service.js';
import { byId } from './document.js';

const image = btoa('\0'.repeat(784));
const prediction = (digit, isDigit) => ok({ digit, confidence: 0.99, digitProbability: isDigit ? 0.99 : 0.01, isDigit, probabilities: [], model: 'cnn-1', image });
const several = problem(422, { title: 'The image shows several digits', detail: 'The image shows 2 digits (42).', code: 'several_digits', text: '42', digits: [{ digit: 4, confidence: 0.9, image }, { digit: 2, confidence: 0.8, image }] });

/** @type {any[]} */
let cards;
before(async () => {
  byId('pictures-order').value = 'added';
  byId('pictures-filter').value = 'all';
  await import('../../src/MnistService/wwwroot/js/pictures/pictures.js');
  answer(prediction(4, true), prediction(0, false), several);
  byId('pictures-input').files = ['four', 'heart', 'forty-two'].map(name => new File([name], `${name}.png`));
  byId('pictures-input').dispatchEvent(new Event('change'));
  while (!byId('pictures-progress').textContent.startsWith('3 of 3 processed')) await new Promise(resolve => setImmediate(resolve));
  cards = byId('gallery').childNodes;
});

const textOf = card => card.all('p').map(p => p.textContent).join(' | ');

test('a card says what the image shows', () => {
  assert.deepEqual(cards.map(textOf), ['four.png | 4 99.0 % confidence', 'heart.png | ? This does not look like a digit. The most probable digit is 0.', 'forty-two.png | 42 Several digits. Crop the image to label a digit.']);
});

test('each filter has the number of its images', () => {
  const texts = byId('pictures-filter').options.map(option => option.textContent).filter(text => !text.endsWith('(0)'));
  assert.deepEqual(texts, ['All images (3)', 'Confidence below 90 % (1)', 'Confidence below 99 % (1)', 'Not a digit (1)', 'Several digits (1)']);
});

test('without IndexedDB, the page says that nothing is kept', () =>
  assert.equal(byId('pictures-kept').textContent, 'These images are lost when the page is reloaded: the browser\'s storage is not available.'));

test('a label is offered as correct only for a digit', () => {
  const labels = cards.slice(0, 2).map(card => card.all('option').map(option => option.textContent).filter(text => text.startsWith('correct:')));
  assert.deepEqual(labels, [['correct: 4'], []]);
});

test('images that the filter hides are not marked as correct', () => {
  byId('pictures-filter').value = 'none';
  byId('pictures-filter').dispatchEvent(new Event('change'));
  assert.equal(byId('pictures-rest').textContent, 'Mark the rest as correct (0)');
  assert.equal(byId('pictures-rest').disabled, true);
  byId('pictures-filter').value = 'all';
  byId('pictures-filter').dispatchEvent(new Event('change'));
  assert.equal(byId('pictures-rest').textContent, 'Mark the rest as correct (1)');
});

test('the rest is marked as correct except what is not a digit', () => {
  byId('pictures-rest').click();
  assert.equal(byId('pictures-progress').textContent, '3 of 3 processed; 0 of 1 labeled image predicted wrongly');
  assert.deepEqual(cards.slice(0, 2).map(card => card.all('select')[0].value), ['4', '']);
  assert.equal(byId('pictures-rest').disabled, true);
});

test('an image that is not a digit can be labeled, and its prediction is then wrong', () => {
  const choice = cards[1].all('select')[0];
  choice.value = '0';
  choice.dispatchEvent(new Event('change'));
  assert.equal(byId('pictures-progress').textContent, '3 of 3 processed; 1 of 2 labeled images predicted wrongly');
  assert.deepEqual(cards.slice(0, 2).map(card => card.classList.contains('wrong')), [false, true]);
});
