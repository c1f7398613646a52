// @ts-check
// The view for many images: dropped, pasted or selected files, one result per image, and labels.

import * as collection from '../collection.js';
import { isWrong } from '../digit.js';
import { $, acceptFiles, count, download, h, keepFocus, plural } from '../dom.js';
import { isolated } from '../text.js';
import { FILTERS, ORDERS, arrange } from './arrange.js';
import { createCard, releaseFile, showFile, showLabel, showResult } from './card.js';
import { toCsv } from './csv.js';
import { prepare } from './prepare.js';
import { Queue } from './queue.js';
import * as store from './store.js';
import { Viewer } from './viewer.js';

/** @import { Picture, StoredPicture } from '../types.d.ts' */

/** All images, in the order in which they were added. @type {Picture[]} */
let pictures = [];
/** The images whose cards are in the document, in their order. @type {Picture[]} */
let arranged = [];
let added = 0;

const queue = new Queue(prepareOnce, picture => {
  if (picture && pictures.includes(picture)) {
    showResult(picture);
    if (picture.isPrepared) store.save(picture);
  }
  show();
});
const viewer = new Viewer(() => arranged, prepareOnce);

/** Prepares the file of an image for the service, unless this was done before. @param {Picture} picture */
function prepareOnce(picture) {
  return picture.preparing ??= picture.isPrepared ? Promise.resolve() : prepare(picture.file).then(({ file, change }) => {
    const isNewFile = file !== picture.file;
    Object.assign(picture, { file, change, isPrepared: true });
    if (!pictures.includes(picture)) return; // the image was removed in the meantime
    if (isNewFile) showFile(picture);
    store.save(picture, { isNewFile: true }); // only now, because the storage limit counts the bytes that are sent
  });
}

/** @param {StoredPicture} stored @returns {Picture} */
function create(stored) {
  /** @type {Picture} */
  const picture = { ...stored, name: isolated(stored.fileName), error: null, card: null, preparing: null, reading: null };
  createCard(picture, {
    open: () => viewer.open(picture),
    remove: () => {
      store.remove([picture]);
      forget([picture]);
    },
    label: digit => {
      label(picture, digit);
      showProgress();
    },
  });
  return picture;
}

/** @param {File[]} files */
function add(files) {
  const time = Date.now().toString(36).padStart(9, '0'), tab = Math.random().toString(36).slice(2, 8);
  const more = files.map(file => create({
    id: `${time}-${String(added++).padStart(6, '0')}-${tab}`, // ids sort in the order in which images were added
    fileName: file.name, file, change: null, isPrepared: false, answer: null, several: null, label: null, collected: null,
  }));
  pictures.push(...more);
  queue.add(more);
  show();
}

/** Sends the images again whose request failed because the service was busy or not responding, or because the key was rejected. */
export function resume() {
  const failed = pictures.filter(p => p.error?.canBeRetried);
  queue.add(failed);
  failed.forEach(showResult);
  show();
}

export const enter = resume;

/** Closes the large view. It is a dialog above all views, so it would stay open. */
export const leave = () => $('photo').close();

/** @param {Picture} picture @param {number | null} digit */
function label(picture, digit) {
  picture.label = digit;
  showLabel(picture);
  store.save(picture);
}

/** @param {Picture} picture */
const isLabeled = picture => picture.label !== null;
/** Whether the user can confirm the prediction as the label. There is no label for "not a digit". @param {Picture} picture */
const canBeConfirmed = picture => picture.answer && picture.answer.isDigit !== false && !isLabeled(picture);
/** @param {Picture} picture */
const isUncollected = picture => isLabeled(picture) && picture.collected?.label !== picture.label;

/** Shows the cards in the selected order, without the cards that the filter hides, and the numbers of images. */
function show() {
  const next = arrange(pictures, $('pictures-order').value, $('pictures-filter').value);
  if (next.length !== arranged.length || next.some((picture, i) => picture !== arranged[i])) {
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    $('gallery').replaceChildren(...next.map(picture => picture.card.element));
    focused?.focus({ preventScroll: true }); // a moved element loses the focus
  }
  arranged = next;
  $('pictures-tools').hidden = pictures.length === 0;
  showProgress();
  showKept();
}

function showProgress() {
  const done = pictures.filter(p => p.answer || p.several), labeled = pictures.filter(isLabeled), failed = pictures.filter(p => p.error).length;
  const wrong = labeled.filter(p => isWrong(p.answer, p.label)).length;
  $('pictures-progress').textContent = `${count(done.length)} of ${count(pictures.length)} processed`
    + (queue.isBusy ? '…' : '')
    + (failed > 0 ? `, ${count(failed)} failed` : '')
    + (labeled.length > 0 ? `; ${wrong} of ${labeled.length} labeled ${labeled.length === 1 ? 'image' : 'images'} predicted wrongly` : '');
  $('pictures-shown').textContent = arranged.length < pictures.length ? `${count(arranged.length)} of ${plural(pictures.length, 'image')} shown` : '';
  for (const option of $('pictures-filter').options) option.textContent = `${FILTERS[option.value].text} (${count(pictures.filter(FILTERS[option.value].accepts).length)})`;
  $('pictures-csv').disabled = done.length === 0;
  const rest = arranged.filter(canBeConfirmed).length;
  $('pictures-rest').textContent = `Mark the rest as correct (${count(rest)})`;
  $('pictures-rest').disabled = rest === 0;
  $('pictures-collect').disabled = !pictures.some(isUncollected);
}

function showKept() {
  const { isOpen, hasFailed, leftOut } = store.state;
  const isWaiting = pictures.some(p => !p.isPrepared && !p.error);
  $('pictures-kept').textContent = !isOpen ? 'These images are lost when the page is reloaded: the browser\'s storage is not available.'
    : hasFailed ? 'New images and labels are no longer kept, because the browser\'s storage failed.'
    : (leftOut > 0 ? `The browser keeps the newest images over a reload, up to 2,000 images and 200 MB. ${plural(leftOut, 'image is', 'images are')} not kept.`
      : 'These images stay in this browser after a reload, also for other users of it, until you clear them.') + (isWaiting ? ' Waiting images are not kept yet.' : '');
}

/** @param {Picture[]} some */
function forget(some) {
  const place = arranged.indexOf(some[0]), next = some.length === 1 ? arranged[place + 1] ?? arranged[place - 1] : null;
  for (const { card } of some) releaseFile(card);
  queue.remove(some);
  pictures = pictures.filter(p => !some.includes(p));
  if (pictures.length === 0) $('pictures-told').textContent = '';
  show();
  keepFocus(next?.card.remover, $('pictures-input'));
}

for (const [id, choices] of /** @type {const} */ ([['pictures-order', ORDERS], ['pictures-filter', FILTERS]])) {
  $(id).append(...Object.entries(choices).map(([value, { text }]) => h('option', { value }, text)));
  $(id).addEventListener('change', show);
}

$('pictures-csv').addEventListener('click', () => download('predictions.csv', new Blob([toCsv(pictures)], { type: 'text/csv' })));

$('pictures-rest').addEventListener('click', () => {
  for (const picture of arranged.filter(canBeConfirmed)) label(picture, picture.answer.digit);
  showProgress();
  keepFocus($('pictures-collect'));
});

$('pictures-collect').addEventListener('click', () => {
  const chosen = pictures.filter(isUncollected);
  try {
    const ids = collection.add(chosen.map(p => ({ label: p.label, image: p.answer.image })), chosen.map(p => p.collected?.id)); // a new label replaces the image's collected digit
    chosen.forEach((picture, i) => {
      picture.collected = { id: ids[i], label: picture.label };
      store.save(picture);
    });
    $('pictures-told').replaceChildren(`${plural(pictures.filter(p => p.collected).length, 'image')} added to `, h('a', { href: '#draw' }, 'your collection'), '.');
  } catch (error) {
    $('pictures-told').textContent = error.message;
  }
  showProgress();
  keepFocus($('pictures-csv'));
});

$('pictures-clear').addEventListener('click', () => {
  if (!confirm(`Delete the ${plural(pictures.length, 'image')} with their results and labels, also in other tabs?`)) return;
  store.clear();
  forget(pictures);
});

acceptFiles($('pictures-drop'), $('pictures-input'), add);
document.addEventListener('paste', event => {
  if ($('pictures').hidden || $('pictures').inert) return; // the stored images are not loaded yet
  const files = [...event.clipboardData.files].filter(file => file.type.startsWith('image/'));
  if (files.length > 0) add(files);
});

// The view is inert until the module is loaded, so no file is added before the stored images.
store.events.addEventListener('change', showKept);
pictures = (await store.load()).map(create);
pictures.forEach(store.restored);
queue.add(pictures.filter(p => !p.answer && !p.several));
show();
