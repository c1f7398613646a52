import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose } from '../../src/MnistService/wwwroot/js/model-choice.js';

const model = (id, network = 'cnn') => ({ id, name: null, network });
const store = (current, ...models) => ({ current, models });
const four = store('cnn-2', model('cnn-3'), model('cnn-2'), model('mlp-2', 'mlp'), model('mlp-1', 'mlp'));
const none = ['', ''];

test('by default the served model is compared with the oldest fully connected network', () => {
  assert.deepEqual(choose(four, [null, null], none), ['mlp-1', 'cnn-2']);
  assert.deepEqual(choose(store('cnn-2', model('cnn-3'), model('cnn-2')), [null, null], none), ['cnn-3', 'cnn-2']);
  assert.deepEqual(choose(store(null, model('cnn-3'), model('cnn-2')), [null, null], none), ['cnn-2', 'cnn-3']);
});

test('wanted models come before selected ones, and unknown ones are ignored', () => {
  assert.deepEqual(choose(four, ['cnn-3', 'mlp-2'], ['mlp-1', 'cnn-2']), ['cnn-3', 'mlp-2']);
  assert.deepEqual(choose(four, [null, 'mlp-2'], ['cnn-3', 'cnn-2']), ['cnn-3', 'mlp-2']);
  assert.deepEqual(choose(four, ['deleted', 'deleted'], ['deleted', 'cnn-3']), ['mlp-1', 'cnn-3']);
});

test('a model is not compared with itself if there is another', () => {
  assert.deepEqual(choose(four, ['cnn-3', 'cnn-3'], ['cnn-3', 'cnn-2']), ['mlp-1', 'cnn-3']);
  assert.deepEqual(choose(four, [null, 'mlp-1'], none), ['mlp-2', 'mlp-1']);
  assert.deepEqual(choose(store('cnn-1', model('cnn-1')), [null, null], none), ['cnn-1', 'cnn-1']);
  assert.deepEqual(choose(store(null), ['gone', null], none), ['', '']);
});
