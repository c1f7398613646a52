// Draw a digit and see the answer while it is drawn; label it, collect it, play for it.

import * as collection from '../collection.js';
import { bars, digitPicture, paint, toBytes } from '../digit.js';
import { $, h, percent, showError } from '../dom.js';
import { Game } from './game.js';
import { Pad } from './pad.js';
import { Reader } from './reader.js';

const SPOKEN_AFTER = 600; // milliseconds of no change; who listens does not want each of twenty answers a second

const pad = new Pad($('pad'));
const showBars = bars($('bars'));
let answer = null;
let speak = 0;

const game = new Game(pad, {
  prompt: $('game-prompt'), clock: $('game-clock'), score: $('game-score'),
  keep: drawings => collect(drawings),
  ended: () => {
    pad.clear();
    showGame(false);
  },
});

const reader = new Reader(pad, (next, stages) => {
  answer = next;
  showError($('draw-error'), null);
  show(next, stages);
  if (game.isRunning) game.guess(next);
}, error => {
  // The beginning of a digit may be none yet: a dot, a long line. That is no error of the person's.
  if (error.status === 422) show(answer = null, null, error.message);
  else showError($('draw-error'), error);
});

pad.addEventListener('change', () => {
  reader.changed();
  $('undo').disabled = $('clear').disabled = pad.isEmpty;
  $('pad-hint').hidden = !pad.isEmpty;
  if (pad.isEmpty) show(answer = null);
});
$('undo').addEventListener('click', () => pad.undo());
$('clear').addEventListener('click', () => pad.clear());

function show(prediction, stages, otherwise = 'Draw a digit from 0 to 9.') {
  $('answer').textContent = prediction ? prediction.digit : '?';
  $('confidence').textContent = prediction ? `${percent(prediction.confidence)} sure` : otherwise;
  showBars(prediction?.probabilities);
  if (prediction) paint($('seen'), toBytes(prediction.image));
  else paint($('seen'), new Uint8Array(784));
  for (const button of $('labels').querySelectorAll('button')) button.disabled = !prediction;
  for (const stage of ['decode', 'queue', 'compute', 'transfer', 'total'])
    $(`stage-${stage}`).textContent = stages ? `${stages[stage].toFixed(stages[stage] < 10 ? 2 : 0)} ms` : '–';
  clearTimeout(speak);
  speak = setTimeout(() => {
    $('spoken').textContent = prediction ? `${prediction.digit}, ${percent(prediction.confidence, 0)} sure` : '';
  }, SPOKEN_AFTER);
}

// Labelling

for (let digit = 0; digit < 10; digit++) {
  $('labels').append(h('button', {
    type: 'button', disabled: true, 'aria-label': `It is a ${digit}: collect it`,
    onclick: () => {
      if (!answer || !collect([{ label: digit, image: answer.image }])) return;
      pad.clear();
      $('pad').focus();
    },
  }, digit));
}

/** @returns whether they are kept. */
function collect(drawings) {
  try {
    collection.add(drawings);
    showError($('collection-error'), null);
    return true;
  } catch (error) {
    showError($('collection-error'), error.name === 'QuotaExceededError' ? new Error('The browser keeps no more: save the collection as a data set first.') : error);
    return false;
  }
}

function showCollection() {
  const digits = collection.all();
  $('collection-empty').hidden = digits.length > 0;
  $('collection-form').hidden = digits.length === 0;
  $('collection-count').textContent = digits.length === 1 ? '1 digit' : `${digits.length} digits`;
  $('collection-digits').replaceChildren(...digits.map(({ label, image }, i) => h('li', {},
    digitPicture(image, `A drawn ${label}`), h('span', {}, label),
    h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove this ${label}`, onclick: () => collection.removeAt(i) }, '×'))));
}
collection.events.addEventListener('change', showCollection);

$('collection-clear').addEventListener('click', () => {
  if (confirm(`Forget the ${collection.all().length} collected digits?`)) collection.clear();
});

$('collection-form').addEventListener('submit', async event => {
  event.preventDefault();
  const button = event.submitter ?? event.target.querySelector('button');
  button.disabled = true;
  showError($('collection-error'), null);
  try {
    const dataset = await collection.saveAsDataset($('dataset-name').value.trim() || 'drawn here');
    $('collection-saved').replaceChildren(`Saved ${dataset.images} digits as the data set “${dataset.name}”. `,
      h('a', { href: `#training?data=${dataset.id}` }, 'Train on it'));
  } catch (error) {
    showError($('collection-error'), error);
  } finally {
    button.disabled = false;
  }
});

// The game

function showGame(isRunning) {
  $('game').classList.toggle('running', isRunning);
  $('game-start').hidden = isRunning;
  for (const id of ['game-skip', 'game-stop']) $(id).hidden = !isRunning;
}
$('game-start').addEventListener('click', () => {
  showGame(true);
  game.start(Number($('game-limit').value));
  $('pad').focus();
});
$('game-skip').addEventListener('click', () => game.skip());
$('game-stop').addEventListener('click', () => game.stop());

show(null);
showCollection();
