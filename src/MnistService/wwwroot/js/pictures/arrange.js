// @ts-check
// Sorts and filters the images of the images view.

import { isWrong } from '../digit.js';

/** @import { Picture } from '../types.d.ts' */

/** Returns the confidence of the least certain digit of an image; null if no digit was recognized. @param {Picture} picture */
export function confidenceOf({ answer, several }) {
  if (several) return several.digits.length > 0 ? Math.min(...several.digits.map(digit => digit.confidence)) : null;
  return answer && answer.isDigit !== false ? answer.confidence : null;
}

/** @param {number} limit @returns {(picture: Picture) => boolean} */
const below = limit => picture => confidenceOf(picture) !== null && confidenceOf(picture) < limit;

/** The filters by their value in the select element. @type {Record<string, { text: string, accepts: (picture: Picture) => boolean }>} */
export const FILTERS = {
  all: { text: 'All images', accepts: () => true },
  below70: { text: 'Confidence below 70 %', accepts: below(0.7) },
  below90: { text: 'Confidence below 90 %', accepts: below(0.9) },
  below99: { text: 'Confidence below 99 %', accepts: below(0.99) },
  none: { text: 'Not a digit', accepts: picture => picture.answer?.isDigit === false },
  several: { text: 'Several digits', accepts: picture => picture.several !== null },
  errors: { text: 'Errors', accepts: picture => picture.error !== null },
  wrong: { text: 'Predicted wrongly', accepts: ({ answer, label }) => label !== null && isWrong(answer, label) },
};

const names = new Intl.Collator('en', { numeric: true });

/**
 * The orders by their value in the select element. In the orders by confidence, images without a confidence are last: 2 and -1 are outside the range 0 to 1.
 * @type {Record<string, { text: string, compare: (a: Picture, b: Picture) => number }>}
 */
export const ORDERS = {
  added: { text: 'Order added', compare: () => 0 },
  ascending: { text: 'Confidence, lowest first', compare: (a, b) => (confidenceOf(a) ?? 2) - (confidenceOf(b) ?? 2) },
  descending: { text: 'Confidence, highest first', compare: (a, b) => (confidenceOf(b) ?? -1) - (confidenceOf(a) ?? -1) },
  name: { text: 'Name', compare: (a, b) => names.compare(a.fileName, b.fileName) },
};

/**
 * Returns the images that a filter accepts, in an order. Images that compare as equal stay in the order in which they were added.
 * @param {Picture[]} pictures
 * @param {string} order a key of ORDERS.
 * @param {string} filter a key of FILTERS.
 */
export const arrange = (pictures, order, filter) => pictures.filter(FILTERS[filter].accepts).sort(ORDERS[order].compare);
