import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { answer, forgetStorage, ok, problem } from './service.js';

const collection = await import('../../src/MnistService/wwwroot/js/collection.js'); // after service.js, because it registers a listener

const image = btoa('\0'.repeat(783) + '\xff');
const digit = label => ({ label, image });

beforeEach(forgetStorage);

test('digits are added, replaced and removed', () => {
  const [first, second] = collection.add([digit(1), digit(2)]);
  collection.add([digit(3)], [first]);
  assert.deepEqual(collection.all().map(d => d.label), [2, 3]);
  assert.equal(collection.remove(second), true);
  assert.equal(collection.remove(second), false);
  assert.deepEqual(collection.all().map(d => d.label), [3]);
});

test('the limit holds, and counts a replaced digit once', () => {
  const ids = collection.add(Array.from({ length: 3000 }, () => digit(0)));
  assert.throws(() => collection.add([digit(1)]), /at most 3000 digits/);
  assert.equal(collection.all().length, 3000);
  collection.add([digit(1)], [ids[0]]);
  assert.equal(collection.all().length, 3000);
});

test('a damaged store is an empty collection, a damaged digit is left out', () => {
  for (const text of ['{', 'null', '"a"']) {
    localStorage.setItem('mnist-service-collection', text);
    assert.deepEqual(collection.all(), []);
  }
  localStorage.setItem('mnist-service-collection', JSON.stringify([{ id: 'a', label: 'x', image }, { id: 'b', label: 4, image }]));
  assert.deepEqual(collection.all().map(d => d.id), ['b']);
});

test('the CSV has a header, and a label and 784 pixels per row', () => {
  const [header, row, ...rest] = collection.toCsv([digit(7)]).split('\n');
  assert.deepEqual([header.split(',').length, header.slice(0, 19), header.slice(-8)], [785, 'label,pixel0,pixel1', 'pixel783']);
  assert.equal(row, `7,${'0,'.repeat(783)}255`);
  assert.deepEqual(rest, []);
});

test('what was saved leaves the collection, a rejected upload leaves it as it was', async () => {
  collection.add([digit(5)]);
  answer(problem(422, { detail: 'Too few images.' }));
  await assert.rejects(collection.saveAsDataset('a&b'), /Too few images/);
  assert.equal(collection.all().length, 1);
  const requests = answer(ok({ id: 'set' }));
  const saved = collection.saveAsDataset('a&b');
  collection.add([digit(6)]); // during the upload
  assert.deepEqual(await saved, { id: 'set' });
  assert.equal(requests[0].path, '/datasets?name=a%26b');
  assert.deepEqual(collection.all().map(d => d.label), [6]);
});
