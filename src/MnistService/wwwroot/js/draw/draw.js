// @ts-check
// The drawing view: predictions while the user draws, labels, the collection and the number game.

import * as collection from '../collection.js';
import { bars, digitPicture, ignoredMarks, reading, severalDigits, withArticle } from '../digit.js';
import { $, h, keepFocus, plural, showError } from '../dom.js';
import { named } from '../text.js';
import { Game } from './game.js';
import { showInputs } from './inputs.js';
import { Pad } from './pad.js';
import { Reader } from './reader.js';

/** @import { Dataset, LabeledDigit, Prediction, ReadDigit, Stages } from '../types.d.ts' */

const SPOKEN_AFTER = 600; // milliseconds without a change: screen readers announce stable predictions only, not up to twenty per second

const pad = new Pad($('pad'));
const showBars = bars($('bars'));
const focusPad = () => $('pad').focus({ preventScroll: true });
/** @type {Prediction | null} */
let answer = null;
/** @type {ReturnType<typeof setTimeout>} */
let speaking;

const game = new Game(pad, {
  prompt: $('game-prompt'), clock: $('game-clock'), score: $('game-score'),
  keep: drawings => {
    const isKept = collect(drawings, `${plural(drawings.length, 'drawing')} collected`);
    if (isKept) $('game-start').focus({ preventScroll: true }); // the pressed button disappears
    return isKept;
  },
  ended: () => showGame(false),
});

const reader = new Reader(pad, (next, stages) => {
  showError($('draw-error'), null);
  take(next, stages);
}, error => {
  // 422: an unfinished digit (a dot, a long line) may not be recognizable yet. This is not a user error.
  if (error.status === 422) take(null, null, error.text ? severalDigits(error.text, 'Draw only one.') : error.message, error);
  else showError($('draw-error'), error);
});

pad.addEventListener('change', () => {
  reader.changed();
  $('undo').disabled = $('clear').disabled = pad.isEmpty;
  $('pad-hint').hidden = !pad.isEmpty;
  if (!pad.isEmpty) return;
  showError($('draw-error'), null);
  take(null);
  keepFocus($('pad'));
});
pad.addEventListener('key', (/** @type {CustomEvent<string>} */ event) => say(event.detail));
$('undo').addEventListener('click', () => pad.undo());
$('clear').addEventListener('click', () => pad.clear());

/**
 * Shows a prediction, or a text if there is no prediction.
 * @param {Prediction | null} next
 * @param {Stages | null} [stages]
 * @param {string} [otherwise] the text if there is no prediction.
 * @param {{ text: string | null, digits: ReadDigit[] | null }} [several] the digits if the drawing shows several digits.
 */
function take(next, stages, otherwise = 'Draw a digit from 0 to 9.', several = { text: null, digits: null }) {
  answer = next;
  const { digit, words } = next ? reading(next) : { digit: '?', words: otherwise }, ignored = ignoredMarks(next?.ignored);
  $('answer').textContent = digit;
  $('confidence').textContent = words;
  $('ignored').textContent = ignored;
  showBars(next);
  showInputs(next, several.digits ?? []);
  for (const stage of ['decode', 'queue', 'compute', 'transfer', 'total'])
    $(`stage-${stage}`).textContent = stages ? `${stages[stage].toFixed(stages[stage] < 10 ? 2 : 0)} ms` : '–';
  showLabels();
  const spoken = digit === '?' ? words : `${digit}, ${words}`;
  say(next ? [spoken, ignored].filter(Boolean).join('; ') : pad.isEmpty ? '' : otherwise, SPOKEN_AFTER);
  if (game.isRunning) game.guess(next, several.text);
}

/** Announces words to screen readers. A newer call replaces a pending one. @param {string} words @param {number} [after] delay in milliseconds. */
function say(words, after = 0) {
  clearTimeout(speaking);
  speaking = setTimeout(() => $('spoken').textContent = words, after);
}

// Labeling

for (let digit = 0; digit < 10; digit++) {
  $('labels').append(h('button', {
    type: 'button', disabled: true, 'aria-label': `Label as ${digit} and collect`,
    onclick: () => {
      if (!answer || !collect([{ label: digit, image: answer.image }], `Collected as ${withArticle(digit)}`)) return;
      pad.clear();
      focusPad();
    },
  }, digit));
}

/** Enables the label buttons if there is a prediction. The buttons are disabled during a game, because the requested digit is the label. */
function showLabels() {
  for (const button of $('labels').querySelectorAll('button')) button.disabled = !answer || game.isRunning;
}

/** @param {LabeledDigit[]} drawings @param {string} words the message. @returns {boolean} whether the drawings were added. */
function collect(drawings, words) {
  let ids;
  try {
    ids = collection.add(drawings);
    showError($('collection-error'), null);
  } catch (error) {
    showError($('collection-error'), error.name === 'QuotaExceededError' ? new Error('The browser storage is full. Save the collection as a data set first.') : error);
    $('labels-told').textContent = '';
    return false;
  }
  $('collection-saved').replaceChildren();
  $('labels-told').replaceChildren(`${words}: ${plural(collection.all().length, 'digit')} so far. `,
    drawings.length > 1 ? '' : h('button', {
      type: 'button', class: 'link',
      onclick: () => {
        $('labels-told').textContent = collection.remove(ids[0]) ? 'The digit was removed.' : 'The digit is no longer in the collection.';
        focusPad();
      },
    }, 'Undo'));
  return true;
}

function showCollection() {
  const digits = collection.all();
  $('collection-empty').hidden = digits.length > 0;
  $('collection-form').hidden = digits.length === 0;
  $('collection-count').textContent = plural(digits.length, 'digit');
  $('collection-digits').replaceChildren(...digits.map(({ id, label, image }, i) => h('li', {},
    digitPicture(image, `Drawing of ${withArticle(label)}`), h('span', {}, label),
    h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove this ${label}`, onclick: () => removeDigit(id, i) }, '×'))));
}
collection.events.addEventListener('change', showCollection);

/** @param {string} id @param {number} index */
function removeDigit(id, index) {
  collection.remove(id);
  $('labels-told').textContent = '';
  keepFocus($('collection-digits').querySelectorAll('button')[Math.min(index, collection.all().length - 1)], $('pad'));
}

$('collection-clear').addEventListener('click', () => {
  if (!confirm(`Delete the ${plural(collection.all().length, 'collected digit')}?`)) return;
  collection.clear();
  $('labels-told').textContent = '';
  keepFocus($('pad'));
});

$('collection-form').addEventListener('submit', async event => {
  event.preventDefault();
  const button = /** @type {HTMLButtonElement} */ (event.submitter ?? $('collection-form').querySelector('button'));
  button.disabled = true;
  showError($('collection-error'), null);
  try {
    const dataset = await collection.saveAsDataset($('dataset-name').value.trim() || 'drawn digits');
    $('collection-saved').replaceChildren(`Saved ${plural(dataset.images, 'digit')} as the data set “${named(dataset.name, dataset.id)}”. `,
      isEnoughAlone(dataset) ? h('a', { href: `#training?data=${dataset.id}` }, 'Train on it') : h('a', { href: '#training' }, 'Mix it with MNIST in a training job'));
    $('labels-told').textContent = '';
    const { labelCheck } = await import('../labels.js'); // lazy import: not needed before the first save
    $('collection-check').replaceChildren(labelCheck(dataset));
  } catch (error) {
    showError($('collection-error'), error);
  } finally {
    button.disabled = false;
    keepFocus(button, $('collection-saved').querySelector('a'));
  }
});

// Teaching

let isTeachingLoaded = false, failures = 0; // failures: number of failed loads of teach.js

/**
 * Runs an action of teach.js. The module is loaded on first use, because drawing does not need it.
 * @param {(module: typeof import('./teach.js')) => unknown} action
 */
async function withTeaching(action) {
  try {
    /** @type {typeof import('./teach.js')} */
    const module = await import(failures > 0 ? `./teach.js?retry=${failures}` : './teach.js'); // a browser may cache a failed import by URL
    isTeachingLoaded = true;
    await action(module);
  } catch (error) {
    if (!isTeachingLoaded) failures++;
    showError($('collection-error'), error);
  }
}
$('teach').addEventListener('click', () => withTeaching(module => module.teach()));

/** Whether a job can train on this data set alone: at least 20 images of at least two digits. The service enforces the rule. @param {Dataset} set */
const isEnoughAlone = ({ images, labels }) => images >= 20 && (labels ?? []).filter(count => count > 0).length > 1;

// The game

/** @param {boolean} isRunning */
function showGame(isRunning) {
  $('game-bar').hidden = !isRunning;
  $('game-start').disabled = $('game-limit').disabled = isRunning;
  showLabels();
  if (isRunning) return;
  pad.clear();
  $('game-start').focus({ preventScroll: true });
}
$('game-start').addEventListener('click', () => {
  game.start(Number($('game-limit').value));
  showGame(true);
  $('game-bar').scrollIntoView({ block: 'start' });
  focusPad();
});
$('game-skip').addEventListener('click', () => {
  game.skip();
  focusPad();
});
$('game-stop').addEventListener('click', () => game.leave());

/** Called when another view is shown. Ends the game, because its clock would continue while the view is hidden. */
export function leave() {
  if (game.isRunning) game.leave();
  reader.stop();
  if (isTeachingLoaded) withTeaching(module => module.leaveTeaching());
}

/** Sends the drawing again if it has no prediction, for example because the service did not respond. Shows a teaching job that has not ended. */
export function resume() {
  if (!answer) reader.changed();
  if (localStorage.getItem(collection.TEACHING)) withTeaching(module => module.resumeTeaching());
}

export const enter = resume;

take(null);
showCollection();
