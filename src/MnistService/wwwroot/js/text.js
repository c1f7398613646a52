// @ts-check
// Makes user-supplied names and texts safe inside other text.

const CONTROLS = /[\u202a-\u202e\u2066-\u2069]/g; // embeddings, overrides and isolates of the Unicode bidirectional algorithm
const RIGHT_TO_LEFT = /[\u0590-\u08ff\u200f\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** Removes Unicode's bidirectional controls, which would reorder the text that follows. @param {unknown} text */
export const withoutControls = text => String(text).replace(CONTROLS, '');

/**
 * Makes a user's text safe as a part of other text. Encloses right-to-left text in Unicode isolates. An HTML element such as bdi is not
 * possible, because attributes, options and confirm() contain only text.
 * @param {string} text
 */
export function isolated(text) {
  const safe = withoutControls(text);
  return RIGHT_TO_LEFT.test(safe) ? `\u2068${safe}\u2069` : safe;
}

/**
 * Returns the name of a job, a model, a data set or a submission; the fallback if the name is absent or only white space.
 * @param {string | null | undefined} name
 * @param {string} fallback
 */
export const named = (name, fallback) => isolated(name?.trim() || fallback);

/**
 * Formats a text as a quoted cell of a CSV file. An apostrophe before a leading =, +, -, @, tab or CR keeps a spreadsheet from running the cell as a formula.
 * @param {unknown} text
 */
export const csvCell = text => `"${String(text).replace(/^[=+\-@\t\r]/, "'$&").replaceAll('"', '""')}"`;

/** Shortens a file's name to the limit of the service: the last 100 UTF-16 units, without half a surrogate pair at the start. @param {{ name: string }} file */
export const nameToSend = file => file.name.slice(-100).replace(/^[\udc00-\udfff]/, '');
