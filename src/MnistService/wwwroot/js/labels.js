// @ts-check
// Suspicious labels of a data set: the warning, and the images with their labels and the model's predictions.

import { get } from './api.js';
import { digitPicture } from './digit.js';
import { h, percent } from './dom.js';
import { pagedImages } from './paged.js';
import { isolated } from './text.js';

/** @import { Dataset, SuspiciousImage } from './types.d.ts' */

/**
 * Shows the result of a data set's label check.
 * @param {Dataset} set
 * @returns {HTMLElement} the result as a sentence. If there are suspicious labels, also a list of their images, which is loaded when the user opens it.
 */
export function labelCheck(set) {
  if (!(set.suspicious?.count > 0)) return h('p', { class: 'hint' }, set.labelCheck);
  const list = pagedImages(async (page, pageSize) => {
    /** @type {{ total: number, images: SuspiciousImage[] }} */
    const found = await get(`/datasets/${set.id}/suspicious?page=${page}&pageSize=${pageSize}`);
    return {
      total: found.total,
      items: found.images.map(entry => h('li', {}, digitPicture(entry.image, `Image ${entry.index}, labeled ${entry.label}, predicted as ${entry.predicted}`),
        h('span', {}, `${entry.label} → ${entry.predicted}`), h('span', {}, percent(entry.confidence, 1)))),
    };
  });
  return h('div', { class: 'label-check' },
    h('p', { class: 'warning' }, set.labelCheck),
    h('details', { ontoggle: event => event.target.open && list.isEmpty && list.show() },
      h('summary', {}, 'Show these images: label → prediction'), list.parts));
}

/** Shows a job's warnings; without warnings the element is hidden. @param {HTMLElement} place @param {string[]} [warnings] */
export function showWarnings(place, warnings = []) {
  place.hidden = warnings.length === 0;
  const texts = warnings.map(isolated); // warnings contain names of data sets
  if (place.textContent !== texts.join('')) place.replaceChildren(...texts.map(text => h('li', { class: 'warning' }, text)));
}
