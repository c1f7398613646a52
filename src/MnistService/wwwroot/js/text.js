// @ts-check
// Makes user-supplied names and texts safe inside other text.

const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g; // embeddings, overrides and isolates of the Unicode bidirectional algorithm
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Removes the bidirectional controls, which would reorder the text behind them. @param {unknown} text */
export const withoutControls = text => String(text).replace(CONTROLS, '');

/**
 * A user's text as a part of other text. Right-to-left text is put between isolates: characters, not elements, because attributes, options and confirm() have no
 * elements.
 * @param {string} text
 */
export function isolated(text) {
  const safe = withoutControls(text);
  return RIGHT_TO_LEFT.test(safe) ? `\u2068${safe}\u2069` : safe;
}

/**
 * The name of a job, a model, a data set or a submission; the fallback where it has none, or only white space.
 * @param {string | null | undefined} name
 * @param {string} fallback
 */
export const named = (name, fallback) => isolated(name?.trim() || fallback);

/** A cell of a CSV file, in quotation marks. @param {unknown} text */
export const csvCell = text => `"${String(text).replaceAll('"', '""')}"`;

/** A file's name as the service accepts it: its last 100 UTF-16 units, without half a character at the cut. @param {{ name: string }} file */
export const nameToSend = file => file.name.slice(-100).replace(/^[\udc00-\udfff]/, '');
