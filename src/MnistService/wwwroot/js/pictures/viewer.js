// @ts-check
// The large view of an image: the whole image with the boxes of its digits, and the network input of each.

import { isAbort, json, patiently, send } from '../api.js';
import { boxes } from '../boxes.js';
import { digitItem, ignoredMarks, reading, severalDigits } from '../digit.js';
import { $, count, keepFocus, showError } from '../dom.js';

/** @import { Picture, Reading } from '../types.d.ts' */

const TINY = 100; // pixels: a smaller image is enlarged without smoothing

export class Viewer {
  #pictures;
  #prepare;
  /** @type {Picture | null} */
  #shown = null;
  #abort = new AbortController();

  /**
   * @param {() => Picture[]} pictures returns the images in the order in which the page shows them.
   * @param {(picture: Picture) => Promise<void>} prepare called before an image is sent.
   */
  constructor(pictures, prepare) {
    this.#pictures = pictures;
    this.#prepare = prepare;
    $('photo-before').addEventListener('click', () => this.#step(-1));
    $('photo-after').addEventListener('click', () => this.#step(1));
    $('photo-close').addEventListener('click', () => $('photo').close());
    $('photo').addEventListener('close', () => this.#closed());
    $('photo').addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!steps || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      this.#step(steps);
    });
  }

  /** @param {Picture} picture */
  open(picture) {
    $('photo').showModal();
    this.#show(picture);
    $('photo-title').focus();
  }

  #closed() {
    if ($('photo').open) return; // the dialog was opened again before this event
    this.#abort.abort();
    this.#release();
    this.#shown.card.opener.focus(); // the card of the image that was shown last
    this.#shown = null;
  }

  /** @param {number} steps */
  #step(steps) {
    const pictures = this.#pictures(), next = pictures[pictures.indexOf(this.#shown) + steps];
    if (next) this.#show(next);
  }

  /** Releases the memory of the image. */
  #release() {
    URL.revokeObjectURL($('photo-image').src);
    $('photo-image').removeAttribute('src');
  }

  /** @param {Picture} picture */
  async #show(picture) {
    this.#abort.abort();
    const { signal } = this.#abort = new AbortController(), pictures = this.#pictures(), place = pictures.indexOf(picture);
    this.#shown = picture;
    $('photo-title').textContent = picture.name;
    $('photo-place').textContent = place < 0 ? '' : `${count(place + 1)} of ${count(pictures.length)}`;
    $('photo-before').disabled = place <= 0;
    $('photo-after').disabled = place < 0 || place === pictures.length - 1;
    keepFocus($('photo-title'));
    for (const id of /** @type {const} */ (['photo-boxes', 'photo-digits'])) $(id).replaceChildren();
    $('photo-words').textContent = 'Reading the digits…';
    showError($('photo-error'), null);
    $('photo-change').textContent = '';
    this.#release(); // before the preparation of the next image, which can take seconds
    try {
      await this.#prepare(picture);
      signal.throwIfAborted();
      $('photo-change').textContent = picture.change ?? '';
      await this.#showImage(picture);
      picture.reading ??= await patiently(async () =>
        json(await send('/read?image=true', { method: 'POST', body: picture.file, type: 'application/octet-stream', signal })), signal);
      if (!signal.aborted) this.#showDigits(picture);
    } catch (error) {
      if (isAbort(error) || signal.aborted) return;
      $('photo-words').textContent = '';
      showError($('photo-error'), error);
    }
  }

  /** Shows the image and waits until its size is known. An image that the browser cannot decode has no size. @param {Picture} picture */
  async #showImage({ file }) {
    const image = $('photo-image');
    image.src = URL.createObjectURL(file);
    await image.decode().catch(() => {});
    image.classList.toggle('tiny', Math.max(image.naturalWidth, image.naturalHeight) < TINY);
  }

  /** @param {Picture} picture */
  #showDigits({ reading: read, answer }) {
    const { naturalWidth: width, naturalHeight: height } = $('photo-image');
    if (width > 0) $('photo-boxes').replaceChildren(boxes(read.digits, width, height));
    $('photo-words').textContent = wordsFor(read, answer);
    $('photo-digits').replaceChildren(...read.digits.map(digitItem));
  }
}

/**
 * Describes all digits of an image in words. For at most one digit, uses the words for the prediction, if there is a prediction.
 * @param {Reading} read
 * @param {Picture['answer']} answer
 */
export function wordsFor({ text, digits, ignored }, answer) {
  const single = answer && reading(answer);
  const words = digits.length > 1 ? severalDigits(text)
    : single ? `${single.digit === '?' ? '' : `${single.digit}, `}${single.words}`.replace(/[^.]$/, '$&.')
    : digits.length === 1 ? `One digit: ${text}.` : 'No digit was found.';
  return `${words} ${ignoredMarks(ignored)}`.trimEnd();
}
