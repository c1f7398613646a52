// @ts-check
// The CSV file with the results of the images view.

import { csvCell } from '../text.js';
import { confidenceOf } from './arrange.js';

/** @import { Picture } from '../types.d.ts' */

/**
 * Formats the recognized images as CSV. The column `text` has all digits of an image, with a space between lines, or `?` if the image does not show a digit.
 * For an image of several digits, the columns `digit`, `digitProbability`, `label` and `model` are empty.
 * @param {Picture[]} pictures
 */
export function toCsv(pictures) {
  const rows = pictures.filter(picture => picture.answer || picture.several).map(picture => {
    const { answer, several, label } = picture;
    const cells = several
      ? ['', confidenceOf(picture) ?? '', '', '', csvCell(several.text.replaceAll('\n', ' ')), '']
      : [answer.digit, answer.confidence, answer.digitProbability ?? '', label ?? '', csvCell(answer.isDigit === false ? '?' : answer.digit), csvCell(answer.model)];
    return [csvCell(picture.fileName), ...cells].join();
  });
  return ['name,digit,confidence,digitProbability,label,text,model', ...rows, ''].join('\n');
}
