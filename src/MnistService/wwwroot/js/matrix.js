// @ts-check
// A confusion matrix as a heat map: rows are true digits, columns are predictions.

import { h } from './dom.js';

const digits = [...Array(10).keys()];

/** Returns the CSS class of each cell. Mistakes have four shades, relative to the most frequent mistake. @param {number[][]} counts */
export function shadesOf(counts) {
  const most = Math.max(1, ...counts.flatMap((row, label) => row.filter((_, answer) => answer !== label)));
  return counts.map((row, label) => row.map((n, answer) => label === answer ? 'right' : n === 0 ? 'none' : `heat${Math.ceil(4 * n / most)}`));
}

/**
 * @param {number[][]} counts number of images, by true digit and by prediction.
 * @param {string} caption
 * @param {((label: number, answer: number) => void) | null} [onCell] called when the user selects a cell with mistakes; if absent, no cell can be selected.
 */
export function matrix(counts, caption, onCell) {
  const shades = shadesOf(counts);
  const choose = (event, label, answer) => {
    for (const other of event.currentTarget.closest('table').querySelectorAll('[aria-pressed=true]')) other.setAttribute('aria-pressed', 'false');
    event.currentTarget.setAttribute('aria-pressed', 'true');
    onCell(label, answer);
  };
  const cell = (label, answer) => {
    const n = counts[label][answer];
    const canBeChosen = onCell && n > 0 && label !== answer;
    return h('td', { class: shades[label][answer] }, canBeChosen
      ? h('button', { type: 'button', tabindex: -1, 'aria-pressed': 'false', 'aria-label': `${n} × ${label} predicted as ${answer}: show images`, onclick: event => choose(event, label, answer) }, n)
      : n === 0 ? '' : String(n));
  };
  const table = h('table', { class: 'matrix' },
    h('caption', {}, caption, h('span', { class: 'hint' }, ' Rows: labels. Columns: predictions.', onCell && ' Select a cell to show its images.')),
    h('thead', {}, h('tr', {}, h('td', {}), digits.map(d => h('th', { scope: 'col' }, d)))),
    h('tbody', {}, digits.map(label => h('tr', {}, h('th', { scope: 'row' }, label), digits.map(answer => cell(label, answer))))));
  if (onCell) moveByArrows(table);
  return h('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: onCell ? undefined : 0 }, table);
}

/** Makes the cells one tab stop. The arrow keys move the focus to the next cell that can be selected. @param {HTMLTableElement} table */
function moveByArrows(table) {
  const first = table.querySelector('button');
  if (first) first.tabIndex = 0;
  table.addEventListener('keydown', event => {
    const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
    const target = /** @type {HTMLElement} */ (event.target), from = target.closest('td');
    if (!step || !from) return;
    event.preventDefault();
    let row = /** @type {HTMLTableRowElement} */ (from.parentElement).rowIndex, column = from.cellIndex;
    for (let next; (next = table.rows[row += step[0]]?.cells[column += step[1]]);) {
      const button = next.querySelector('button');
      if (!button) continue;
      target.tabIndex = -1;
      button.tabIndex = 0;
      button.focus();
      return;
    }
  });
}
