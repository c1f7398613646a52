import assert from 'node:assert/strict';
import { test } from 'node:test';
import { axis, describe } from '../../src/MnistService/wwwroot/js/chart.js';
import { shadesOf } from '../../src/MnistService/wwwroot/js/matrix.js';

test('an axis has round ticks and holds all values', () => {
  assert.deepEqual(axis([0.12, 0.87], {}), { from: 0, to: 1, ticks: [0, 0.2, 0.4, 0.6, 0.8, 1] });
  assert.deepEqual(axis([3, 97], {}), { from: 0, to: 100, ticks: [0, 50, 100] });
  assert.deepEqual(axis([0.031, 0.0316], {}).ticks, [0.031, 0.0312, 0.0314, 0.0316]);
});

test('given bounds are kept', () => {
  assert.deepEqual(axis([0.5], { from: 0, to: 1 }), { from: 0, to: 1, ticks: [0, 0.5, 1] });
  assert.equal(axis([0.2], { from: 0, to: 0.95 }).to, 0.95);
  const accuracy = axis([0.973, 0.981], { to: 1 });
  assert.equal(accuracy.to, 1);
  assert.ok(accuracy.from <= 0.973 && accuracy.ticks.includes(1));
});

test('an axis of whole numbers has no ticks between them', () => {
  assert.deepEqual(axis([1, 2, 3], { from: 1, whole: true }), { from: 1, to: 3, ticks: [1, 2, 3] });
  assert.deepEqual(axis([1, 40], { from: 1, whole: true }).ticks, [10, 20, 30, 40]);
});

test('one value and no values have an axis, too', () => {
  const one = axis([5], {});
  assert.ok(one.from < 5 && one.to > 5 && one.ticks.length >= 2);
  assert.deepEqual(axis([1], { from: 1, whole: true }), { from: 1, to: 2, ticks: [1, 2] });
  assert.ok(axis([0], {}).to > 0);
  assert.deepEqual(axis([], {}), { from: 0, to: 1, ticks: [0, 0.5, 1] });
});

test('the description of a chart has the ends of each line', () => {
  const y = { format: value => value.toFixed(1) };
  assert.equal(describe('Loss', [{ name: 'training', points: [[1, 2], [2, 1], [3, 0.5]] }, { name: 'validation', points: [] }], { label: 'epoch' }, y),
    'Loss by epoch. training: from 2.0 at 1 to 0.5 at 3.');
  assert.equal(describe('Loss', [{ name: 'training', points: [] }], { label: 'epoch' }, y), 'Loss by epoch. No data yet.');
});

test('the shade of a mistake is relative to the most frequent one', () => {
  const counts = Array.from({ length: 10 }, (_, label) => Array.from({ length: 10 }, (_, answer) => label === answer ? 900 : 0));
  [counts[0][1], counts[0][2], counts[0][3], counts[9][8]] = [1, 2, 5, 8];
  const shades = shadesOf(counts);
  assert.deepEqual(shades[0], ['right', 'heat1', 'heat1', 'heat3', 'none', 'none', 'none', 'none', 'none', 'none']);
  assert.equal(shades[9][8], 'heat4');
  assert.deepEqual(shades.map((row, i) => row[i]), Array(10).fill('right'));
});
