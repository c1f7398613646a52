import assert from 'node:assert/strict';
import { test } from 'node:test';
import './service.js';
import './document.js';

const folder = '../../src/MnistService/wwwroot/js/pictures';
const { targetSize } = await import(`${folder}/prepare.js`);

test('the longest side of a large image is 2,048 pixels', () => {
  assert.deepEqual(targetSize(4096, 1024, false), { width: 2048, height: 512 });
  assert.deepEqual(targetSize(300, 4096, false), { width: 150, height: 2048 });
  assert.deepEqual(targetSize(2048, 100, false), { width: 2048, height: 100 });
  assert.deepEqual(targetSize(100_000, 10, false), { width: 2048, height: 1 });
});

test('an SVG is drawn with 1,024 pixels, whatever its size is', () => {
  assert.deepEqual(targetSize(32, 16, true), { width: 1024, height: 512 });
  assert.deepEqual(targetSize(0, 0, true), { width: 1024, height: 1024 });
});
