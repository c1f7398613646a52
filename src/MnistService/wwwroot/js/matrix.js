// A confusion matrix as a heat map: rows are the true digit, columns the answer.

import { h } from './dom.js';

const digits = [...Array(10).keys()];

/** @param onCell called with the true digit and the answer when a cell of mistakes is chosen; without it nothing can be chosen. */
export function matrix(counts, caption, onCell) {
  const most = Math.max(1, ...counts.flatMap((row, label) => row.filter((_, answer) => answer !== label)));
  const cell = (label, answer) => {
    const n = counts[label][answer], isRight = label === answer;
    const shade = isRight ? 'right' : n === 0 ? 'none' : `heat${Math.ceil(4 * n / most)}`;
    const canBeChosen = onCell && n > 0 && !isRight;
    return h('td', { class: shade }, canBeChosen
      ? h('button', { type: 'button', 'aria-label': `${n} times a ${label} was read as ${answer}: show them`, onclick: () => onCell(label, answer) }, n)
      : n === 0 ? '' : String(n));
  };
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, h('table', { class: 'matrix' },
    h('caption', {}, caption, h('span', { class: 'hint' }, ' Rows: what it is. Columns: what was read.', onCell && ' Choose a cell to see its pictures.')),
    h('thead', {}, h('tr', {}, h('td', {}), digits.map(d => h('th', { scope: 'col' }, d)))),
    h('tbody', {}, digits.map(label => h('tr', {}, h('th', { scope: 'row' }, label), digits.map(answer => cell(label, answer)))))));
}
