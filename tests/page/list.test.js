import assert from 'node:assert/strict';
import { test } from 'node:test';
import './service.js';
import './document.js';

const folder = '../../src/MnistService/wwwroot/js/pictures';
const { FILTERS, arrange, confidenceOf } = await import(`${folder}/arrange.js`);
const { toCsv } = await import(`${folder}/csv.js`);
const { newest } = await import(`${folder}/store.js`);
const { isWithinLimits, prepare, targetSize } = await import(`${folder}/prepare.js`);
const { wordsFor } = await import(`${folder}/viewer.js`);

const predicted = (fileName, digit, confidence, more = {}) =>
  ({ fileName, answer: { digit, confidence, digitProbability: 0.75, isDigit: true, probabilities: [], model: 'cnn-1', ...more }, several: null, error: null, label: null });
const several = { fileName: 'several.png', answer: null, several: { text: '4\n2', digits: [{ digit: 4, confidence: 0.95 }, { digit: 2, confidence: 0.6 }] }, error: null, label: null };
const failed = { fileName: 'failed.png', answer: null, several: null, error: new Error(), label: null };
const heart = predicted('heart.png', 0, 0.3, { isDigit: false });
const [ten, two] = [predicted('10.png', 1, 0.98), predicted('2.png', 7, 0.8)];
const all = [ten, failed, several, two, heart];
const namesOf = (order, filter = 'all') => arrange(all, order, filter).map(picture => picture.fileName);

test('images are sorted, and those without a confidence are last', () => {
  assert.deepEqual(namesOf('added'), ['10.png', 'failed.png', 'several.png', '2.png', 'heart.png']);
  assert.deepEqual(namesOf('ascending'), ['several.png', '2.png', '10.png', 'failed.png', 'heart.png']);
  assert.deepEqual(namesOf('descending'), ['10.png', '2.png', 'several.png', 'failed.png', 'heart.png']);
  assert.deepEqual(namesOf('name'), ['2.png', '10.png', 'failed.png', 'heart.png', 'several.png']);
});

test('the confidence of several digits is that of the least certain one', () => {
  assert.deepEqual([several, heart, failed, two].map(confidenceOf), [0.6, null, null, 0.8]);
  assert.equal(confidenceOf({ ...several, several: { text: '42', digits: [] } }), null);
});

test('each filter accepts its images', () => {
  const wrong = { ...predicted('wrong.png', 1, 1), label: 7 }, right = { ...predicted('right.png', 1, 1), label: 1 };
  const accepted = Object.fromEntries(Object.entries(FILTERS).map(([name, { accepts }]) => [name, [...all, wrong, right].filter(accepts).map(picture => picture.fileName)]));
  assert.deepEqual(accepted, {
    all: [...all, wrong, right].map(picture => picture.fileName),
    below70: ['several.png'],
    below90: ['several.png', '2.png'],
    below99: ['10.png', 'several.png', '2.png'],
    none: ['heart.png'],
    several: ['several.png'],
    errors: ['failed.png'],
    wrong: ['wrong.png'],
  });
});

test('the CSV file has the text of each recognized image', () => {
  assert.equal(toCsv([{ ...two, label: 1 }, failed, several, heart]), [
    'name,digit,confidence,digitProbability,label,text,model',
    '"2.png",7,0.8,0.75,1,"7","cnn-1"',
    '"several.png",,0.6,,,"4 2",',
    '"heart.png",0,0.3,0.75,,"?","cnn-1"',
    '',
  ].join('\n'));
});

test('the newest images within the bounds are kept', () => {
  const images = [[1, 10], [2, 50], [3, 30], [4, 20]].map(([id, size]) => ({ id: `${id}`, size }));
  assert.deepEqual([...newest(images, { images: 9, bytes: 100 })], ['4', '3', '2']);
  assert.deepEqual([...newest(images, { images: 9, bytes: 99 })], ['4', '3']); // image 1 would fit, but it is older than one that does not
  assert.deepEqual([...newest(images, { images: 1, bytes: 100 })], ['4']);
  assert.deepEqual([...newest(images, { images: 9, bytes: 40 })], ['4']); // image 2 alone exceeds the bound
  assert.deepEqual([...newest(images.slice(0, 2), { images: 9, bytes: 40 })], ['1']);
  assert.deepEqual([...newest([], { images: 1, bytes: 100 })], []);
});

test('the longest side of a large image is 2,048 pixels', () => {
  assert.deepEqual(targetSize(4096, 1024, false), { width: 2048, height: 512 });
  assert.deepEqual(targetSize(300, 4096, false), { width: 150, height: 2048 });
  assert.deepEqual(targetSize(2048, 100, false), { width: 2048, height: 100 });
  assert.deepEqual(targetSize(100_000, 10, false), { width: 2048, height: 1 });
});

test('an image beyond the limits of the service is not sent unchanged', () => {
  assert.equal(isWithinLimits(6000, 4000, 1000), true);
  assert.equal(isWithinLimits(7000, 5000, 1000), false);
  assert.equal(isWithinLimits(1000, 1000, 33_000_000), false);
});

test('a file that cannot be read is an error, and not one of the service', async () => {
  const folder = { slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('', 'NotFoundError')) }) };
  await assert.rejects(prepare(folder), error => error.message === 'The file cannot be read.' && !error.canBeRetried);
});

test('a file that the browser cannot decode is sent unchanged', async () => {
  const file = new Blob(['heic']);
  assert.deepEqual(await prepare(file), { file, change: null });
});

test('an SVG is drawn with 1,024 pixels, whatever its size is', () => {
  assert.deepEqual(targetSize(32, 16, true), { width: 1024, height: 512 });
  assert.deepEqual(targetSize(0, 0, true), { width: 1024, height: 1024 });
});

test('the large view states the digits and the ignored marks', () => {
  const read = (text, ignored) => ({ text, digits: [...text.replaceAll('\n', '')], ignored });
  assert.equal(wordsFor(read('4\n2', 2), null), 'Several digits: 4 2. 2 marks were ignored.');
  assert.equal(wordsFor(read('7', 0), two.answer), '7, 80.0 % confidence.');
  assert.equal(wordsFor(read('', 1), heart.answer), 'This does not look like a digit. The most probable digit is 0. 1 mark was ignored.');
  assert.equal(wordsFor(read('7', 0), null), 'One digit: 7.');
  assert.equal(wordsFor(read('', 0), null), 'No digit was found.');
});
