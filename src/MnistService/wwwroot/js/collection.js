// @ts-check
// The collection: labeled digits that the user drew or corrected. localStorage keeps them until they are saved as a data set.

import { json, send } from './api.js';
import { toBytes } from './digit.js';

/** @import { Dataset, LabeledDigit } from './types.d.ts' */

const STORE = 'mnist-service-collection';

/** localStorage key of the id of the job that teaches the collection. The entry is removed when the job has ended. */
export const TEACHING = 'mnist-service-teaching';

const MOST = 3000; // digits: about 3 MB in localStorage, which holds about 5 MB

export const events = new EventTarget();

/** Reads the collection from localStorage, because another tab may have changed it. @returns {LabeledDigit[]} */
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
  localStorage.setItem(STORE, JSON.stringify(next)); // throws if the quota is exceeded; the stored collection is then unchanged
  events.dispatchEvent(new Event('change'));
}

addEventListener('storage', event => {
  if (event.key === STORE || event.key === null) events.dispatchEvent(new Event('change'));
});

export const all = read;

/**
 * Adds digits to the collection.
 * @param {LabeledDigit[]} more
 * @param {(string | undefined)[]} instead ids of the digits that are replaced.
 * @returns {string[]} ids of the added digits.
 * @throws if the collection would exceed MOST digits or the quota of localStorage.
 */
export function add(more, instead = []) {
  const digits = read().filter(digit => !instead.includes(digit.id));
  if (digits.length + more.length > MOST) throw new Error(`The collection can contain at most ${MOST} digits. Save it as a data set first.`);
  const added = more.map(({ label, image }) => ({ id: Math.random().toString(36).slice(2), label, image }));
  change([...digits, ...added]);
  return added.map(digit => digit.id);
}

/** @param {string} id @returns {boolean} whether the collection contained the digit. */
export function remove(id) {
  const digits = read(), left = digits.filter(digit => digit.id !== id);
  change(left);
  return left.length < digits.length;
}

export const clear = () => change([]);

/** Formats digits as Kaggle's train.csv. @param {LabeledDigit[]} digits */
export function toCsv(digits) {
  const header = ['label', ...Array.from({ length: 784 }, (_, i) => `pixel${i}`)].join();
  return [header, ...digits.map(d => `${d.label},${toBytes(d.image).join()}`)].join('\n');
}

/** Uploads the collection as a data set. @param {string} name @param {LabeledDigit[]} digits @returns {Promise<Dataset>} */
export const copyToDataset = async (name, digits = read()) =>
  json(await send(`/datasets?name=${encodeURIComponent(name)}`, { method: 'POST', body: toCsv(digits), type: 'text/csv' }));

/** Uploads the collection as a data set, then removes the uploaded digits from the collection. @param {string} name @returns {Promise<Dataset>} */
export async function saveAsDataset(name) {
  const sent = read();
  const dataset = await copyToDataset(name, sent);
  change(read().filter(digit => !sent.some(each => each.id === digit.id))); // digits added during the upload stay
  return dataset;
}
