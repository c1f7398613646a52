// @ts-check
// The view for many images: dropped, pasted or selected files, one prediction per image, and corrections.

import { json, patiently, send } from '../api.js';
import * as collection from '../collection.js';
import { digitPicture, isWrong, reading, severalDigits } from '../digit.js';
import { $, acceptFiles, download, h, keepFocus, plural, showError } from '../dom.js';
import { csvCell, isolated } from '../text.js';
import { prepare } from './prepare.js';

/** @import { ApiError } from '../api.js' */
/** @import { Prediction } from '../types.d.ts' */

const AT_A_TIME = 4;

/**
 * An image of the gallery: its file, the bytes that are sent, its elements, the prediction (answer), the correct digit that the user chose (label), and its entry in the collection
 * (collected).
 * @typedef {{
 *   file: File, sent?: Blob, name: string, card?: HTMLElement, told?: HTMLElement, choice?: HTMLSelectElement,
 *   answer: Prediction | null, label: number | null, error?: ApiError | null, collected?: { id: string, label: number },
 * }} Picture
 */

/** @type {Picture[]} */
let pictures = [];
/** @type {Picture[]} */
const waiting = [];
let running = 0;

acceptFiles($('pictures-drop'), $('pictures-input'), add);
document.addEventListener('paste', event => {
  if ($('pictures').hidden) return;
  const files = [...event.clipboardData.files].filter(file => file.type.startsWith('image/'));
  if (files.length > 0) add(files);
});

/** @param {File[]} files */
function add(files) {
  for (const file of files) {
    const name = isolated(file.name), thumbnail = h('img', { src: URL.createObjectURL(file), alt: name, loading: 'lazy' });
    /** @type {Picture} */
    const picture = { file, name, answer: null, label: null };
    picture.told = h('div', { class: 'told' });
    picture.card = h('li', { class: 'picture' }, thumbnail, picture.told,
      h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${name}`, onclick: () => forget([picture]) }, '×'));
    pictures.push(picture);
    $('gallery').append(picture.card);
    wait(picture);
  }
  $('pictures-tools').hidden = false;
  start();
}

/** Sends the images again whose request failed because the service was busy or not responding, or because the key was rejected. */
export function resume() {
  for (const picture of pictures.filter(p => p.error?.canBeRetried)) wait(picture);
  start();
}

export const enter = resume;

/** @param {Picture} picture */
function wait(picture) {
  picture.error = null;
  picture.told.replaceChildren(h('p', { class: 'file' }, picture.name), h('p', {}, 'Waiting…'));
  waiting.push(picture);
}

function start() {
  showProgress();
  while (running < AT_A_TIME && waiting.length > 0) work();
}

async function work() {
  running++;
  for (let picture; (picture = waiting.shift()); showProgress()) await read(picture);
  running--;
  showProgress();
}

/** @param {Picture} picture */
async function read(picture) {
  try {
    picture.sent ??= (await prepare(picture.file)).file;
    picture.answer = await patiently(async () => json(await send('/predict?image=true', { method: 'POST', body: picture.sent, type: 'application/octet-stream' })));
    showAnswer(picture);
  } catch (error) {
    picture.error = error;
    const place = h('p', { class: 'error' });
    showError(place, error.text ? { message: severalDigits(error.text, 'Crop the image to one digit.') } : error);
    picture.told.replaceChildren(h('p', { class: 'file' }, picture.name), place);
  }
}

/** @param {Picture} picture */
function showAnswer(picture) {
  const { image } = picture.answer, shown = reading(picture.answer);
  picture.choice = h('select', {
    'aria-label': `Correct digit for ${picture.name}`,
    onchange: event => {
      mark(picture, event.target.value === '' ? null : Number(event.target.value));
      showProgress();
    },
  }, h('option', { value: '' }, 'correct?'), Array.from({ length: 10 }, (_, d) => h('option', { value: d }, isWrong(picture.answer, d) ? `wrong: a ${d}` : `correct: ${d}`)));
  picture.told.replaceChildren(
    h('p', { class: 'file' }, picture.name),
    h('p', { class: 'reading' }, h('strong', {}, shown.digit), ` ${shown.words}`),
    digitPicture(image, `Network input for ${picture.name}`), picture.choice);
}

/** @param {Picture} picture @param {number | null} label */
function mark(picture, label) {
  picture.label = label;
  picture.choice.value = `${label ?? ''}`;
  picture.card.classList.toggle('wrong', label !== null && isWrong(picture.answer, label));
}

/** @param {Picture} picture */
const isMarked = picture => picture.label !== null;
/** Whether the user may confirm the prediction. "Not a digit" has no label. @param {Picture} picture */
const canBeConfirmed = picture => picture.answer && picture.answer.isDigit !== false && !isMarked(picture);
/** @param {Picture} picture */
const isUncollected = picture => isMarked(picture) && picture.collected?.label !== picture.label;

function showProgress() {
  const answered = pictures.filter(p => p.answer), marked = pictures.filter(isMarked), failed = pictures.filter(p => p.error).length;
  const wrong = marked.filter(p => isWrong(p.answer, p.label)).length;
  $('pictures-progress').textContent = `${answered.length} of ${pictures.length} recognized`
    + (waiting.length + running > 0 ? '…' : '')
    + (failed > 0 ? `, ${failed} failed` : '')
    + (marked.length > 0 ? `; ${wrong} of ${marked.length} labeled ${marked.length === 1 ? 'image' : 'images'} predicted wrongly` : '');
  $('pictures-csv').disabled = answered.length === 0;
  $('pictures-rest').disabled = !pictures.some(canBeConfirmed);
  $('pictures-collect').disabled = !pictures.some(isUncollected);
}

$('pictures-csv').addEventListener('click', () => {
  const rows = pictures.filter(p => p.answer).map(p => [csvCell(p.file.name), p.answer.digit, p.answer.confidence, p.answer.digitProbability ?? '', p.label ?? ''].join());
  download('predictions.csv', new Blob([['name,digit,confidence,digitProbability,label', ...rows, ''].join('\n')], { type: 'text/csv' }));
});

$('pictures-rest').addEventListener('click', () => {
  for (const picture of pictures.filter(canBeConfirmed)) mark(picture, picture.answer.digit);
  showProgress();
  keepFocus($('pictures-collect'));
});

$('pictures-collect').addEventListener('click', () => {
  const chosen = pictures.filter(isUncollected);
  try {
    const ids = collection.add(chosen.map(p => ({ label: p.label, image: p.answer.image })), chosen.map(p => p.collected?.id)); // a new label replaces the image's collected digit
    chosen.forEach((picture, i) => picture.collected = { id: ids[i], label: picture.label });
    $('pictures-told').replaceChildren(`${plural(pictures.filter(p => p.collected).length, 'image')} added to `, h('a', { href: '#draw' }, 'your collection'), '.');
  } catch (error) {
    $('pictures-told').textContent = error.message;
  }
  showProgress();
  keepFocus($('pictures-csv'));
});

$('pictures-clear').addEventListener('click', () => forget(pictures));

/** @param {Picture[]} some */
function forget(some) {
  const next = /** @type {Element | null} */ (some.length === 1 ? some[0].card.nextSibling ?? some[0].card.previousSibling : null);
  for (const { card } of some) {
    URL.revokeObjectURL(card.querySelector('img').src);
    card.remove();
  }
  waiting.splice(0, waiting.length, ...waiting.filter(p => !some.includes(p)));
  pictures = pictures.filter(p => !some.includes(p));
  if (pictures.length === 0) {
    $('pictures-told').textContent = '';
    $('pictures-tools').hidden = true;
  }
  showProgress();
  keepFocus(next?.querySelector('.quiet'), $('pictures-input'));
}
