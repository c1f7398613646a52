// How the service is, in the header of every view; and words over the page when it is busy, gone or wants a key.

import { events, key } from './api.js';
import { $, count } from './dom.js';

const EVERY = 2000, BUSY_FOR = 3000; // milliseconds

let last = null;
let busyUntil = 0;

async function look() {
  clearTimeout(look.timer);
  if (!document.hidden) {
    try {
      show(await ready());
    } catch (error) {
      gone(error);
    }
  }
  look.timer = setTimeout(look, EVERY);
}

/** 503 is an answer here: it says why. */
async function ready() {
  const response = await fetch('/health/ready', { cache: 'no-store' });
  return response.json();
}

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
  if (!isReady) say(`The service is not ready: ${health.reason ?? 'it is starting.'}`);
  else if (isBusy) say('The service is busy. What was asked is asked again.');
  else say('');
}

function gone() {
  last = null;
  for (const part of ['model', 'device', 'queue', 'rate']) $(`status-${part}`).textContent = '–';
  state('gone', 'bad');
  say('The service does not answer. The page goes on when it does.');
}

function state(word, kind) {
  const place = $('status-state');
  if (place.textContent !== word) place.textContent = word;
  place.className = `state ${kind}`;
}

function say(words) {
  const place = $('banner');
  if (place.textContent !== words) place.textContent = words;
  place.hidden = words === '';
}

events.addEventListener('busy', event => {
  busyUntil = performance.now() + Math.max(BUSY_FOR, 1000 * event.detail.retryAfter);
  if (event.detail.status === 429) {
    state('busy', 'busy');
    say(event.detail.message);
  }
});
events.addEventListener('gone', gone); // the next look says when it is back
document.addEventListener('visibilitychange', look);

// The key, where the service asks for one

events.addEventListener('key', event => {
  $('key-why').textContent = event.detail.message;
  if (!$('key-dialog').open) $('key-dialog').showModal();
});

$('key-form').addEventListener('submit', event => {
  event.preventDefault();
  key.set($('key').value.trim());
  $('key').value = '';
  $('key-dialog').close();
  location.reload(); // each view asks again for what it was refused
});
$('key-cancel').addEventListener('click', () => $('key-dialog').close());

export { look as start };
