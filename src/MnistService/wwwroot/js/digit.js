// @ts-check
// Renders digits and probabilities. A digit is 28×28 bytes in row-major order; 0 is background and 255 is ink.

import { h, percent, plural } from './dom.js';

/** @import { Prediction, ReadDigit } from './types.d.ts' */

export const SIDE = 28;

/** @param {string} base64 */
export const toBytes = base64 => Uint8Array.from(atob(base64), character => character.charCodeAt(0));

/**
 * Draws a digit on a canvas of 28×28 pixels, with white ink on a black background.
 * @param {HTMLCanvasElement} canvas
 * @param {Uint8Array} bytes
 */
export function paint(canvas, bytes) {
  canvas.width = canvas.height = SIDE;
  const context = canvas.getContext('2d');
  const image = context.createImageData(SIDE, SIDE);
  bytes.forEach((ink, i) => image.data.set([ink, ink, ink, 255], 4 * i));
  context.putImageData(image, 0, 0);
  return canvas;
}

/**
 * Creates a canvas with a digit and a text for screen readers. Without a digit, the canvas is empty.
 * @param {string | null | undefined} base64
 * @param {string} alt
 */
export const digitPicture = (base64, alt) => {
  const canvas = h('canvas', { class: 'digit', role: 'img', 'aria-label': alt });
  return base64 ? paint(canvas, toBytes(base64)) : canvas;
};

/** @param {number | null | undefined} probability */
export const probabilityText = probability =>
  probability == null ? '' : probability < 0.0005 ? '0 %' : `${(100 * probability).toFixed(probability > 0.9995 ? 0 : 1)} %`;

/**
 * Creates ten bars, one per digit. Returns a function that shows the probabilities of a prediction; called without a prediction, the function clears the bars.
 * The bar of the predicted digit is highlighted, but not if the image does not look like a digit.
 * @param {HTMLElement} list
 */
export function bars(list) {
  const rows = Array.from({ length: 10 }, (_, digit) => {
    const value = h('span', { class: 'value' }, '');
    const fill = h('span', { class: 'fill' });
    list.append(h('li', {}, h('span', { class: 'name' }, digit), h('span', { class: 'track', 'aria-hidden': 'true' }, fill), value));
    return { item: list.lastElementChild, fill, value };
  });
  return (/** @type {Prediction | null} */ prediction = null) => {
    const { digit: best = -1, probabilities = [], isDigit = null } = prediction ?? {};
    rows.forEach(({ item, fill, value }, digit) => {
      const p = probabilities[digit];
      fill.style.transform = `scaleX(${p ?? 0})`;
      value.textContent = probabilityText(p);
      item.classList.toggle('best', digit === best && isDigit !== false);
    });
  };
}

/** Formats a confidence as a percentage. Values above 99.9 % become "> 99.9 %", never "100.0 %". @param {number} confidence */
const confidenceText = confidence => confidence > 0.999 ? '> 99.9 %' : percent(confidence);

/** Returns a digit with its article, for example "an 8". @param {number | string} digit */
export const withArticle = digit => `${`${digit}` === '8' ? 'an' : 'a'} ${digit}`;

/** Creates a list item with the network input and the confidence of one of several digits. @param {ReadDigit} read */
export const digitItem = ({ digit, confidence, image }) =>
  h('li', {}, digitPicture(image, `Network input for the ${digit}`), h('span', {}, `${digit}: ${confidenceText(confidence)}`));

/**
 * Describes a prediction in words. If the confidence is below 70 %, the words include the second most probable digit.
 * @param {Prediction} prediction @returns {{ digit: string, words: string }}
 */
export function reading({ digit, confidence, isDigit, probabilities }) {
  if (isDigit === false) return { digit: '?', words: `This does not look like a digit. The most probable digit is ${digit}.` };
  const words = `${confidenceText(confidence)} confidence`;
  if (confidence >= 0.7) return { digit: `${digit}`, words };
  const second = probabilities.reduce((best, p, d) => d !== digit && (best === digit || p > probabilities[best]) ? d : best, digit);
  return { digit: `${digit}`, words: `${words}, or ${withArticle(second)} (${percent(probabilities[second])})` };
}

/**
 * Describes an image that shows several digits.
 * @param {string} text the digits, with a line feed between lines.
 * @param {string} [advice] a sentence that is appended.
 */
export const severalDigits = (text, advice = '') => `Several digits: ${text.replaceAll('\n', ' ')}. ${advice}`.trimEnd();

/** Returns a sentence with the number of ignored marks; an empty text if no mark was ignored. @param {number | undefined} ignored */
export const ignoredMarks = ignored => ignored > 0 ? `${plural(ignored, 'mark was', 'marks were')} ignored.` : '';

/** Whether a prediction is wrong for an image of this digit. @param {Prediction} prediction @param {number} label */
export const isWrong = ({ digit, isDigit }, label) => isDigit === false || digit !== label;
