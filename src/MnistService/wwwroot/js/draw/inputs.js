// @ts-check
// Shows the digits that the network read in the drawing: their boxes over the pad, and the 28×28 input of each.

import { boxes } from '../boxes.js';
import { digitItem, paint, reading, toBytes } from '../digit.js';
import { $ } from '../dom.js';

/** @import { Prediction, ReadDigit } from '../types.d.ts' */

const SIDE = 280; // side in pixels of the PNG that is sent

/**
 * Shows the digits of the current drawing and removes the digits of the previous drawing.
 * @param {Prediction | null} prediction
 * @param {ReadDigit[]} several the digits if the drawing shows several digits; otherwise empty.
 */
export function showInputs(prediction, several) {
  const boxed = prediction ? [{ digit: reading(prediction).digit, box: prediction.box }] : several;
  $('pad-boxes').replaceChildren(...boxed.length > 0 ? [boxes(boxed, SIDE, SIDE)] : []);
  paint($('seen'), prediction ? toBytes(prediction.image) : new Uint8Array(784));
  $('seen').hidden = several.length > 0;
  $('seen-digits').hidden = several.length === 0;
  $('seen-digits').replaceChildren(...several.map(digitItem));
}
