import assert from 'node:assert/strict';
import { test } from 'node:test';
import { csvCell, isolated, named, nameToSend, withoutControls } from '../../src/MnistService/wwwroot/js/text.js';

test('bidirectional controls are removed, other text is kept', () => {
  assert.equal(withoutControls('a\u202Eb\u2069c\u2066d'), 'abcd');
  assert.equal(withoutControls('שלום – 7'), 'שלום – 7');
});

test('only right-to-left text is isolated', () => {
  assert.equal(isolated('digits 7'), 'digits 7');
  assert.equal(isolated('שלום'), '\u2068שלום\u2069');
  assert.equal(isolated('a\u2069\u202Eب'), '\u2068aب\u2069');
  assert.equal(isolated('\u{1E900}'), '\u2068\u{1E900}\u2069'); // Adlam, outside the basic plane
});

test('a name that is absent or blank is replaced', () => {
  assert.equal(named(null, 'cnn-1'), 'cnn-1');
  assert.equal(named('  ', 'cnn-1'), 'cnn-1');
  assert.equal(named(' forms ', 'cnn-1'), 'forms');
});

test('a file name keeps its last 100 UTF-16 units and no half character', () => {
  assert.equal(nameToSend({ name: 'a.png' }), 'a.png');
  assert.equal(nameToSend({ name: `x${'y'.repeat(99)}` }).length, 100);
  assert.equal(nameToSend({ name: `x${'y'.repeat(96)}.csv` }), `${'y'.repeat(96)}.csv`);
  assert.equal(nameToSend({ name: `😀${'y'.repeat(99)}` }), 'y'.repeat(99));
});

test('a CSV cell doubles its quotation marks', () => {
  assert.equal(csvCell('a "b", c'), '"a ""b"", c"');
  assert.equal(csvCell(7), '"7"');
});

test('a CSV cell is not a formula', () => {
  assert.equal(csvCell('=1+1'), `"'=1+1"`);
  assert.deepEqual(['+1', '-1', '@a', '\t=1', '\r=1'].map(csvCell), [`"'+1"`, `"'-1"`, `"'@a"`, `"'\t=1"`, `"'\r=1"`]);
  assert.equal(csvCell('a=1.png'), '"a=1.png"');
});
