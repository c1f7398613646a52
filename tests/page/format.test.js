import assert from 'node:assert/strict';
import { test } from 'node:test';
import { element } from './document.js';
import { bars, ignoredMarks, isWrong, probabilityText, reading, severalDigits, toBytes } from '../../src/MnistService/wwwroot/js/digit.js';
import { count, duration, percent, plural, when } from '../../src/MnistService/wwwroot/js/dom.js';

test('percentages have the digits that are asked for', () => {
  assert.equal(percent(0.9967), '99.7 %');
  assert.equal(percent(0.9967, 2), '99.67 %');
  assert.equal(percent(0, 0), '0 %');
  assert.equal(percent(null), '–');
  assert.equal(percent(undefined), '–');
});

test('a probability is rounded to 0 or 100 % only near the ends', () => {
  assert.equal(probabilityText(0.0004), '0 %');
  assert.equal(probabilityText(0.0005), '0.1 %');
  assert.equal(probabilityText(0.9995), '100.0 %');
  assert.equal(probabilityText(0.99951), '100 %');
  assert.equal(probabilityText(0.42), '42.0 %');
  assert.equal(probabilityText(undefined), '');
});

test('a duration has the unit of its size', () => {
  const cases = [[0.0124, '12 ms'], [0.9994, '999 ms'], [1, '1.0 s'], [9.94, '9.9 s'], [10, '10 s'], [89.4, '89 s'], [90, '2 min'], [3600, '60 min'], [5400, '1.5 h']];
  for (const [seconds, text] of cases) assert.equal(duration(seconds), text);
  for (const unknown of [null, undefined, NaN, Infinity]) assert.equal(duration(unknown), '–');
});

test('numbers are grouped, and nouns agree with them', () => {
  assert.equal(count(1234567), '1,234,567');
  assert.equal(plural(1, 'image'), '1 image');
  assert.equal(plural(0, 'image'), '0 images');
  assert.equal(plural(28000, 'row'), '28,000 rows');
  assert.equal(plural(2, 'box', 'boxes'), '2 boxes');
});

test('an absent time is a dash', () => {
  assert.equal(when(null), '–');
  assert.match(when('2026-11-24T11:19:30.6237473+00:00'), /2026/);
});

test('ignored marks are stated only if there are any', () =>
  assert.deepEqual([undefined, 0, 1, 2].map(ignoredMarks), ['', '', '1 mark was ignored.', '2 marks were ignored.']));

test('base64 becomes bytes', () => assert.deepEqual([...toBytes('AAH/')], [0, 1, 255]));

test('a prediction is worded as certain as it is', () => {
  const probabilities = [0, 0.4, 0, 0, 0, 0, 0, 0.55, 0.05, 0];
  assert.deepEqual(reading({ digit: 7, confidence: 0.99951, isDigit: true, probabilities }), { digit: '7', words: '> 99.9 % confidence' });
  assert.deepEqual(reading({ digit: 7, confidence: 0.9, isDigit: null, probabilities }), { digit: '7', words: '90.0 % confidence' });
  assert.deepEqual(reading({ digit: 7, confidence: 0.55, isDigit: true, probabilities }), { digit: '7', words: '55.0 % confidence, or a 1 (40.0 %)' });
  assert.deepEqual(reading({ digit: 7, confidence: 0.55, isDigit: true, probabilities: [0, 0, 0, 0, 0, 0, 0, 0.55, 0.45, 0] }).words, '55.0 % confidence, or an 8 (45.0 %)');
  assert.deepEqual(reading({ digit: 0, confidence: 0.999, isDigit: false, probabilities }), { digit: '?', words: 'This does not look like a digit. The most probable digit is 0.' });
});

test('several digits are on one line, with the advice of the view', () => {
  assert.equal(severalDigits('42'), 'Several digits: 42.');
  assert.equal(severalDigits('42\n7\n1', 'Draw only one.'), 'Several digits: 42 7 1. Draw only one.');
});

test('a prediction of another digit is wrong, and "not a digit" is wrong for every digit', () => {
  const prediction = /** @type {any} */ ({ digit: 4, isDigit: true });
  assert.deepEqual([4, 9].map(label => isWrong(prediction, label)), [false, true]);
  assert.deepEqual([4, 9].map(label => isWrong({ ...prediction, isDigit: null }, label)), [false, true]);
  assert.deepEqual([4, 9].map(label => isWrong({ ...prediction, isDigit: false }, label)), [true, true]);
});

test('the bar of the predicted digit is highlighted, and none if the image is not a digit', () => {
  const list = element('ul'), show = bars(list), probabilities = [0, 0.4, 0, 0, 0, 0, 0, 0.55, 0.05, 0];
  const best = () => list.all('li').flatMap((item, digit) => item.classList.contains('best') ? [digit] : []);
  const texts = () => list.all('li').map(item => item.textContent);
  show(/** @type {any} */ ({ digit: 7, isDigit: true, probabilities }));
  assert.deepEqual([best(), texts()[7]], [[7], '755.0 %']);
  show(/** @type {any} */ ({ digit: 7, isDigit: false, probabilities }));
  assert.deepEqual([best(), texts()[7]], [[], '755.0 %']);
  show(/** @type {any} */ ({ digit: 7, isDigit: null, probabilities }));
  assert.deepEqual(best(), [7]);
  show(null);
  assert.deepEqual([best(), texts()[7]], [[], '7']);
});
