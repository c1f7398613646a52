// @ts-check
// Compares the images of the list.

/** @import { Picture } from '../types.d.ts' */

/** Returns the confidence of the least certain digit; null if there is none. @param {Picture} picture */
export function confidenceOf({ answer, several }) {
  if (several) return several.digits.length > 0 ? Math.min(...several.digits.map(digit => digit.confidence)) : null;
  return answer && answer.isDigit !== false ? answer.confidence : null;
}
