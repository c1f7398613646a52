import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, events, patience, problem } from './service.js';
import { batchSizeFor, requestOf, short } from '../../src/MnistService/wwwroot/js/training/form.js';
import { facts, follow, isOver, nameOf, stateOf } from '../../src/MnistService/wwwroot/js/training/job.js';

const job = more => ({ id: '02n5fcn1zqjbt', name: null, state: 'queued', settings: { recipe: { network: 'cnn' } }, progress: null, epochs: [], ...more });
const fields = [['name', 'string'], ['epochs', 'integer'], ['learningRate', 'number'], ['augmentation.rotation', 'number']].map(([name, type]) => ({ name, type }));
const send = (type, data) => `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;

test('a job without a name is named after its network and id', () => {
  assert.equal(nameOf(job()), 'cnn zqjbt');
  assert.equal(nameOf(job({ name: 'forms' })), 'forms');
});

test('the states are shown in American spelling, and unknown ones as they are', () => {
  assert.equal(stateOf(job({ state: 'cancelled' })), 'canceled');
  assert.equal(stateOf(job({ state: 'paused' })), 'paused');
  assert.deepEqual(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted'].map(state => isOver(job({ state }))), [false, false, true, true, true, true]);
});

test('the facts of a job fit its state', () => {
  const progress = { epoch: 2, epochs: 40, step: 500, steps: 17200, imagesPerSecond: 12345.6, etaSeconds: 125 };
  assert.equal(facts(job({ state: 'running', progress })), 'Epoch 2 of 40, step 500 of 17,200; 12,346 images per second; 2 min left');
  assert.equal(facts(job({ state: 'running' })), 'Starting…');
  assert.equal(facts(job({ state: 'failed', error: { code: 'x', detail: 'Data set \u202Eabc is gone.' } })), 'Data set abc is gone.');
  assert.equal(facts(job({ state: 'succeeded', test: { accuracy: 0.9731 }, promotion: { reason: 'Promoted.' } })), '97.31 % of the test images correct. Promoted.');
  assert.match(facts(job({ state: 'cancelled', startedAt: null })), /had not started/);
});

test('a job is followed over a broken stream until it is over', async () => {
  const requests = answer(
    events(send('state', { state: 'running' }), send('epoch', { epoch: 1, trainLoss: 1 })),
    events(send('epoch', { epoch: 2, trainLoss: 0.5 }), send('progress', { step: 9 }), send('state', { state: 'succeeded', model: 'cnn-1' })));
  const seen = [], original = job();
  await follow(/** @type {any} */ (original), now => seen.push(structuredClone(now)), patience());
  assert.equal(requests.length, 2);
  assert.deepEqual(seen.map(now => [now.state, now.epochs.length]), [['running', 0], ['running', 1], ['running', 2], ['running', 2], ['succeeded', 2]]);
  assert.deepEqual([seen.at(-1).model, seen.at(-1).progress], ['cnn-1', { step: 9 }]);
  assert.deepEqual(original, job()); // the caller's job is not changed
});

test('following ends without an error when the job was deleted, and with one when it is refused', async () => {
  const requests = answer(problem(404, { detail: 'There is no such job.' }));
  await follow(/** @type {any} */ (job()), () => assert.fail(), patience());
  assert.equal(requests.length, 1); // not repeated until the test loses its patience
  answer(problem(403, { detail: 'The key lacks the scope.', code: 'scope_missing' }));
  await assert.rejects(follow(/** @type {any} */ (job()), () => assert.fail(), patience()), { code: 'scope_missing' });
});

test('a request contains only filled-in fields, and numbers as numbers', () => {
  const form = new FormData();
  for (const [name, value] of [['name', '7'], ['network', 'mlp'], ['epochs', '3'], ['learningRate', '1e-3'], ['batchSize', ''], ['augmentation.rotation', '5'], ['augmentation.zoom', '']])
    form.append(name, value);
  assert.deepEqual(requestOf(form, fields), { name: '7', network: 'mlp', epochs: 3, learningRate: 0.001, augmentation: { rotation: 5 } });
  form.append('mode', 'dataset'); // no augmentation
  assert.deepEqual(requestOf(form, fields), { name: '7', network: 'mlp', epochs: 3, learningRate: 0.001, mode: 'dataset' });
});

test('a request for a mixture lists the data sets, with the weights that were filled in', () => {
  const form = new FormData();
  for (const [name, value] of [['data', 'mnist'], ['mix', 'strokes'], ['mix', '02n5'], ['mix.weight.strokes', ''], ['mix.weight.02n5', '0.1'], ['mix.weight.other', '3']]) form.append(name, value);
  assert.deepEqual(requestOf(form, fields), { data: ['mnist', 'strokes', { id: '02n5', weight: 0.1 }] });
});

test('numbers are shown as people write them', () => assert.deepEqual([1 / 12, 0.004, 40, 0.999].map(short), ['0.08333', '0.004', '40', '0.999']));

test('a small data set fills at least two batches of a power of two, within the range', () => {
  assert.deepEqual([18, 37, 127, 4].map(images => batchSizeFor(images, 8)), [8, 16, 32, 8]);
});
