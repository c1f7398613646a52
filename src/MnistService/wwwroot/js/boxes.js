// @ts-check
// Draws the boxes of digits over an image. Screen readers skip the drawing, because the page also names the digits in words.

import { svg } from './dom.js';

/** @import { BoxedDigit } from './types.d.ts' */

const LETTER = 20; // the longer side of the image divided by the height of a label

/**
 * Creates an SVG drawing in pixels of the image. The caller must place the drawing over the image, with the same size.
 * @param {BoxedDigit[]} digits
 * @param {number} width of the image in pixels.
 * @param {number} height of the image in pixels.
 */
export function boxes(digits, width, height) {
  const letter = Math.max(width, height) / LETTER;
  return svg('svg', { class: 'boxes', viewBox: `0 0 ${width} ${height}`, 'aria-hidden': 'true' }, digits.map(({ digit, box }) => [
    svg('rect', { x: box.x, y: box.y, width: box.width, height: box.height, 'vector-effect': 'non-scaling-stroke' }),
    svg('text', { ...labelPlace(box, letter, width), 'font-size': letter }, `${digit}`),
  ]).flat());
}

/**
 * Returns the left end of a label's baseline, in pixels of the image. The label is above its box, or inside the box at the top if there is no room above.
 * @param {BoxedDigit['box']} box
 * @param {number} letter height of the label in pixels.
 * @param {number} width of the image in pixels.
 */
export function labelPlace({ x, y }, letter, width) {
  return { x: Math.max(0, Math.min(x, width - letter)), y: y >= letter ? y - letter / 5 : y + letter };
}
