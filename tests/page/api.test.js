import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { answer, events, forgetStorage, ok, problem } from './service.js';
import { ApiError, events as told, get, isAbort, key, patiently, post, send, stream } from '../../src/MnistService/wwwroot/js/api.js';

beforeEach(forgetStorage);

const failureOf = async (...responses) => {
  answer(...responses);
  try {
    await send('/models');
  } catch (error) {
    return error;
  }
  throw new Error('The request succeeded.');
};

async function messagesOf(...parts) {
  answer(events(...parts));
  const messages = [];
  for await (const message of await stream('/train/1/events')) messages.push(message);
  return messages;
}

test('events are parsed from parts that are cut anywhere', async () => {
  const text = 'event: state\ndata: {"name":"é 😀"}\n\nevent: epoch\ndata: {"epoch":1}\n\n', bytes = new TextEncoder().encode(text);
  const expected = [{ type: 'state', data: { name: 'é 😀' } }, { type: 'epoch', data: { epoch: 1 } }];
  assert.deepEqual(await messagesOf(text), expected);
  for (let cut = 1; cut < bytes.length; cut++) assert.deepEqual(await messagesOf(bytes.slice(0, cut), bytes.slice(cut)), expected);
});

test('data lines are joined, comments and an unfinished event are ignored', async () => {
  assert.deepEqual(await messagesOf(': keep-alive\n\n', 'event: progress\ndata: [1,\ndata: 2]\n\n', 'event: epoch\ndata: {}'), [{ type: 'progress', data: [1, 2] }]);
});

test('problem details become an ApiError', async () => {
  const error = await failureOf(problem(429, { title: 'The service is busy', detail: 'The queue is full.', code: 'queue_full' }, { 'Retry-After': '3' }));
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.message, error.title, error.code, error.status, error.retryAfter], ['The queue is full.', 'The service is busy', 'queue_full', 429, 3]);
  assert.deepEqual([error.isPassing, error.needsKey, error.canBeRetried], [true, false, true]);
});

test('field errors of a validation are kept', async () => {
  const error = await failureOf(problem(422, { title: 'Invalid', errors: { epochs: 'epochs is 0.' } }));
  assert.deepEqual([error.message, error.title, error.fields, error.canBeRetried], ['Invalid', null, { epochs: 'epochs is 0.' }, false]);
});

test('an error page of a proxy, an empty body and null are errors with the status', async () => {
  for (const body of ['<html>Bad gateway</html>', '', 'null']) assert.equal((await failureOf(problem(502, body))).message, 'The service returned status 502.');
});

test('bidirectional controls in a problem are removed', async () => {
  assert.equal((await failureOf(problem(400, { detail: 'The name \u202Eabc is invalid.' }))).message, 'The name abc is invalid.');
});

test('a failed connection is an ApiError with status 0', async () => {
  const error = await failureOf(new TypeError('fetch failed'));
  assert.deepEqual([error.status, error.title, error.canBeRetried, error.isPassing], [0, 'The service is not responding', true, false]);
});

test('the key is sent with each request, and none without one', async () => {
  const requests = answer(ok({}), ok({}));
  await get('/models');
  key.set('abc');
  await post('/train', { epochs: 1 });
  assert.equal('X-API-Key' in requests[0].headers, false);
  assert.equal(requests[1].headers['X-API-Key'], 'abc');
  assert.deepEqual([requests[1].method, requests[1].body, requests[1].headers['Content-Type']], ['POST', '{"epochs":1}', 'application/json']);
});

test('after a 401 the request is sent again with the key that was entered', async () => {
  const requests = answer(problem(401, { detail: 'A key is needed.' }), ok({ models: [] }));
  told.addEventListener('key', event => event.detail.resolve('entered'), { once: true });
  assert.deepEqual(await get('/models'), { models: [] });
  assert.equal(requests[1].headers['X-API-Key'], 'entered');
});

test('a busy service is asked again after the time that it named', async context => {
  const waits = [], { setTimeout } = globalThis;
  globalThis.setTimeout = (end, time) => waits.push({ end, time });
  context.after(() => Object.assign(globalThis, { setTimeout }));
  const requests = answer(problem(503, { detail: 'Starting.' }, { 'Retry-After': '7' }), ok('done'));
  const asked = patiently(() => get('/models'));
  await settled();
  assert.deepEqual([requests.length, waits.length, waits[0].time], [1, 1, 7000]);
  waits[0].end();
  assert.equal(await asked, 'done');
});

test('an invalid request is not repeated', async () => {
  const requests = answer(problem(422, { detail: 'Invalid.' }), ok('done'));
  await assert.rejects(patiently(() => get('/models')), { status: 422 });
  assert.equal(requests.length, 1);
});

test('an abort ends the wait for a busy service', async () => {
  answer(problem(503, {}, { 'Retry-After': '10' }));
  const abort = new AbortController();
  const asked = patiently(() => get('/models'), abort.signal);
  await settled();
  abort.abort();
  await assert.rejects(asked, isAbort);
});

/** Lets all promises settle that need no timer. */
const settled = () => new Promise(resolve => setImmediate(resolve));
