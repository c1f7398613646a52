// @ts-check
// The card of an image in the images view: a preview, the result, and the label.

import { digitPicture, isWrong, reading, withArticle } from '../digit.js';
import { h, showError } from '../dom.js';

/** @import { Picture } from '../types.d.ts' */

const MOST_INPUTS = 8; // maximum number of network inputs on a card; the large view shows all

/**
 * Creates the card of an image. A click on the card, except on its controls, opens the image.
 * @param {Picture} picture
 * @param {{ open: () => void, remove: () => void, label: (digit: number | null) => void }} actions
 */
export function createCard(picture, { open, remove, label }) {
  const preview = h('img', { alt: '', loading: 'lazy' }), told = h('div', { class: 'told' });
  const opener = h('button', { type: 'button', class: 'open', 'aria-label': `Show ${picture.name}` }, preview);
  const remover = h('button', { type: 'button', class: 'quiet', 'aria-label': `Remove ${picture.name}`, onclick: remove }, '×');
  const element = h('li', {
    class: 'picture',
    onclick: event => {
      const isText = !event.target.closest('button, select') && getSelection().isCollapsed; // a click that selects text does not open the image
      if (isText || opener.contains(event.target)) open();
    },
  }, opener, told, remover);
  picture.card = { element, told, preview, opener, remover, choice: null, onLabel: label };
  showFile(picture);
  showResult(picture);
}

/** Shows a preview of the file of an image. Called again after the file was converted. @param {Picture} picture */
export function showFile({ card, file }) {
  releaseFile(card);
  card.preview.src = URL.createObjectURL(file);
}

/** Releases the memory of the preview. @param {Picture['card']} card */
export function releaseFile({ preview }) {
  if (preview.src) URL.revokeObjectURL(preview.src);
}

/** Shows the result or the error of an image, or that the image is waiting. @param {Picture} picture */
export function showResult(picture) {
  const { card, answer, several, error } = picture;
  card.choice = answer && labelChoice(picture);
  card.told.replaceChildren(h('p', { class: 'file' }, picture.name), ...answer ? [
    words(reading(answer)), digitPicture(answer.image, `Network input for ${picture.name}`), card.choice,
  ] : several ? [
    words({ digit: several.text.replaceAll('\n', ' '), words: 'Several digits. Crop the image to label a digit.' }),
    h('div', { class: 'inputs' }, several.digits.slice(0, MOST_INPUTS).map(({ digit, image }) => digitPicture(image, `Network input for the ${digit}`))),
  ] : error ? [problem(error)] : [h('p', {}, 'Waiting…')]);
  showLabel(picture);
}

/** Shows the label that the user chose. @param {Picture} picture */
export function showLabel({ card, answer, label }) {
  if (!card.choice) return;
  card.choice.value = `${label ?? ''}`;
  card.element.classList.toggle('wrong', label !== null && isWrong(answer, label));
}

/** @param {{ digit: string, words: string }} shown */
const words = shown => h('p', { class: 'reading' }, h('strong', {}, shown.digit), ` ${shown.words}`);

/** @param {any} error */
function problem(error) {
  const place = h('p', { class: 'error' });
  showError(place, error);
  return place;
}

/** @param {Picture} picture */
const labelChoice = ({ name, answer, card }) => h('select', {
  'aria-label': `Correct digit for ${name}`,
  onchange: event => card.onLabel(event.target.value === '' ? null : Number(event.target.value)),
}, h('option', { value: '' }, 'correct?'), Array.from({ length: 10 }, (_, d) => h('option', { value: d }, isWrong(answer, d) ? `wrong: ${withArticle(d)}` : `correct: ${d}`)));
