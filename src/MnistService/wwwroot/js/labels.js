// @ts-check
// Suspicious labels of a data set: the warning, and the images with the model's predictions.

import { get } from './api.js';
import { digitPicture } from './digit.js';
import { h, keepFocus, percent, showError } from './dom.js';
import { isolated } from './text.js';

/** @import { Dataset, SuspiciousImage } from './types.d.ts' */

const PAGE = 24; // images per page

/**
 * Shows the result of a data set's label check.
 * @param {Dataset} set
 * @returns {HTMLElement} the sentence. If there are suspicious labels, also their images, which are loaded when the user opens them.
 */
export function labelCheck(set) {
  if (!(set.suspicious?.count > 0)) return h('p', { class: 'hint' }, set.labelCheck);
  const images = h('ul', { class: 'digits' }), pages = h('p', { class: 'actions' }), error = h('p', { class: 'error', role: 'alert', hidden: true });
  let page = 1;
  const load = async () => {
    try {
      /** @type {{ total: number, images: SuspiciousImage[] }} */
      const found = await get(`/datasets/${set.id}/suspicious?page=${page}&pageSize=${PAGE}`);
      showError(error, null);
      images.replaceChildren(...found.images.map(entry => h('li', {},
        digitPicture(entry.image, `Image ${entry.index}, labeled ${entry.label}, predicted as ${entry.predicted}`),
        h('span', {}, `${entry.label} → ${entry.predicted}`), h('span', {}, percent(entry.confidence, 1)))));
      const last = Math.max(1, Math.ceil(found.total / PAGE));
      pages.replaceChildren(...last > 1 ? [
        h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Previous'),
        h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(found.total, page * PAGE)} of ${found.total}`),
        h('button', { type: 'button', disabled: page >= last, onclick: () => turn(1) }, 'Next')] : []);
    } catch (failure) {
      showError(error, failure);
    }
  };
  const turn = async (/** @type {number} */ by) => {
    page += by;
    await load();
    keepFocus(...pages.querySelectorAll('button'));
  };
  return h('div', { class: 'label-check' },
    h('p', { class: 'warning' }, set.labelCheck),
    h('details', { ontoggle: event => event.target.open && images.children.length === 0 && load() },
      h('summary', {}, 'Show these images: label → prediction'), error, images, pages));
}

/** Shows a job's warnings; without warnings the element is hidden. @param {HTMLElement} place @param {string[]} [warnings] */
export function showWarnings(place, warnings = []) {
  place.hidden = warnings.length === 0;
  const texts = warnings.map(isolated); // warnings contain names of data sets
  if (place.textContent !== texts.join('')) place.replaceChildren(...texts.map(text => h('li', { class: 'warning' }, text)));
}
