// @ts-check
// Labeled digits that the user drew or corrected, until they are saved as a data set. They persist in localStorage.

import { json, send } from './api.js';
import { toBytes } from './digit.js';

/** @import { Dataset, LabeledDigit } from './types.d.ts' */

const STORE = 'mnist-service-collection';
const MOST = 3000; // about 3 MB; localStorage holds about 5 MB

export const events = new EventTarget();

/** What the store holds, which another tab may have changed. @returns {LabeledDigit[]} */
function read() {
  try {
    const kept = JSON.parse(localStorage.getItem(STORE) ?? '[]');
    return Array.isArray(kept) ? kept.filter(d => d.id && Number.isInteger(d.label) && typeof d.image === 'string') : [];
  } catch {
    return [];
  }
}

/** @param {LabeledDigit[]} next */
function change(next) {
  localStorage.setItem(STORE, JSON.stringify(next)); // throws if the quota is exceeded; nothing has changed then
  events.dispatchEvent(new Event('change'));
}

addEventListener('storage', event => {
  if (event.key === STORE || event.key === null) events.dispatchEvent(new Event('change'));
});

export const all = read;

/**
 * @param {LabeledDigit[]} more
 * @param {(string | undefined)[]} instead ids of digits that these take the place of.
 * @returns {string[]} their ids.
 */
export function add(more, instead = []) {
  const digits = read().filter(digit => !instead.includes(digit.id));
  if (digits.length + more.length > MOST) throw new Error(`The collection can contain at most ${MOST} digits. Save it as a data set first.`);
  const added = more.map(({ label, image }) => ({ id: Math.random().toString(36).slice(2), label, image }));
  change([...digits, ...added]);
  return added.map(digit => digit.id);
}

/** @param {string} id @returns {boolean} whether it was still there. */
export function remove(id) {
  const digits = read(), left = digits.filter(digit => digit.id !== id);
  change(left);
  return left.length < digits.length;
}

export const clear = () => change([]);

/** The collection in the format of Kaggle's train.csv. @param {LabeledDigit[]} digits */
export function toCsv(digits) {
  const header = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join();
  return [header, ...digits.map(d => `${d.label},${toBytes(d.image).join()}`)].join('\n');
}

/** Uploads the collection as Kaggle's train.csv would be; what was uploaded leaves it. @param {string} name @returns {Promise<Dataset>} */
export async function saveAsDataset(name) {
  const sent = read();
  const dataset = await json(await send(`/datasets?name=${encodeURIComponent(name)}`, { method: 'POST', body: toCsv(sent), type: 'text/csv' }));
  change(read().filter(digit => !sent.some(each => each.id === digit.id))); // digits added during the upload stay
  return dataset;
}
