// @ts-check
// The service's state and the number of collected digits in the header, a banner while the service is busy or does not respond, and the API key dialog.

import { events } from './api.js';
import * as collection from './collection.js';
import { $, count, plural } from './dom.js';

/** @import { ApiError } from './api.js' */
/** @import { Health } from './types.d.ts' */

const EVERY = 2000; // milliseconds between polls
const BUSY_FOR = 3000; // milliseconds: minimum time that "busy" is shown
const PATIENCE = 10_000; // milliseconds: timeout of a poll

/** @type {{ images: number, at: number } | null} */
let last = null; // the latest poll. images: number of images classified so far; at: time in milliseconds
let busyUntil = 0;
let timer = 0;
let isLooking = false;
let wasAway = false; // whether the service was busy, unreachable or not ready since the last 'back' event

/** Polls the readiness, one request at a time. Does not poll while the page is hidden. */
async function look() {
  clearTimeout(timer);
  if (document.hidden || isLooking) return;
  isLooking = true;
  try {
    show(await ready());
  } catch {
    gone();
  } finally {
    isLooking = false;
  }
  timer = setTimeout(look, EVERY);
}

/** Reads the readiness. A 503 response also has a body, with the reason. @returns {Promise<Health>} */
async function ready() {
  const response = await fetch('/health/ready', { cache: 'no-store', signal: AbortSignal.timeout(PATIENCE) });
  return response.json();
}

/** @param {Health} health */
function show(health) {
  const now = performance.now();
  const rate = last ? Math.max(0, (health.images - last.images) / (now - last.at) * 1000) : 0;
  last = { images: health.images, at: now };
  const isReady = health.status === 'ready', isBusy = now < busyUntil;
  state(isReady ? isBusy ? 'busy' : 'ready' : 'not ready', isReady ? isBusy ? 'busy' : 'ok' : 'bad');
  $('status-model').textContent = health.model ?? 'no model';
  $('status-device').textContent = health.device ?? '–';
  $('status-queue').textContent = count(health.queuedImages);
  $('status-rate').textContent = rate < 10 ? rate.toFixed(1) : count(Math.round(rate));
  if (!isReady) say(`The service is not ready: ${health.reason ?? 'The service is starting.'}`);
  else if (isBusy) say('The service is busy. Retrying…');
  else say('');
  const isBack = wasAway && isReady && !isBusy;
  wasAway = !isBack && (wasAway || !isReady);
  if (isBack) events.dispatchEvent(new Event('back'));
}

function gone() {
  last = null;
  wasAway = true;
  for (const part of ['model', 'device', 'queue', 'rate']) $(`status-${part}`).textContent = '–';
  state('offline', 'bad');
  say('The service is not responding. Retrying…');
}

/** @param {string} word @param {'ok' | 'busy' | 'bad'} kind */
function state(word, kind) {
  const place = $('status-state');
  if (place.textContent !== word) place.textContent = word;
  place.className = `state ${kind}`;
}

/** @param {string} words */
function say(words) {
  const place = $('banner');
  if (place.textContent !== words) place.textContent = words;
  place.hidden = words === '';
}

events.addEventListener('busy', (/** @type {CustomEvent<ApiError>} */ event) => {
  wasAway = true;
  busyUntil = performance.now() + Math.max(BUSY_FOR, 1000 * event.detail.retryAfter);
  if (event.detail.status === 429) {
    state('busy', 'busy');
    say(event.detail.message);
  }
});
events.addEventListener('gone', gone); // polling detects the recovery
document.addEventListener('visibilitychange', look);

const showCollected = () => $('status-collected').textContent = plural(collection.all().length, 'digit');
collection.events.addEventListener('change', showCollected);
showCollected();

// API key dialog

/** @type {((key: string) => void) | null} */
let resolve = null; // resolves the promise with the key, or '' if the dialog closes without a key
let entered = '';

events.addEventListener('key', (/** @type {CustomEvent<{ error: ApiError, resolve: (key: string) => void }>} */ event) => {
  ({ resolve } = event.detail);
  $('key-why').textContent = event.detail.error.message;
  $('key-dialog').showModal();
});

$('key-form').addEventListener('submit', event => {
  event.preventDefault();
  const value = $('key').value.trim();
  if (/^[\x21-\x7e]+$/.test(value)) {
    entered = value;
    $('key-dialog').close();
  } else {
    // An HTTP header cannot contain other characters.
    $('key-why').textContent = 'The API key is not valid. A key contains only printable ASCII characters without spaces.';
  }
});
$('key-cancel').addEventListener('click', () => $('key-dialog').close());
$('key-dialog').addEventListener('close', () => { // by a button or the Escape key
  const value = entered;
  entered = $('key').value = '';
  resolve(value);
});

export { look as start };
