import assert from 'node:assert/strict';
import { test } from 'node:test';
import './document.js';

const { labelPlace } = await import('../../src/MnistService/wwwroot/js/boxes.js');
const box = (x, y) => ({ x, y, width: 20, height: 30 });

test('a label is above its box', () => assert.deepEqual(labelPlace(box(40, 60), 10, 100), { x: 40, y: 58 }));

test('a label at the edge is within the image', () => {
  assert.deepEqual(labelPlace(box(0, 5), 10, 100), { x: 0, y: 15 });
  assert.deepEqual(labelPlace(box(95, 60), 10, 100), { x: 90, y: 58 });
});
