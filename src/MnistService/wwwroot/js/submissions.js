// A Kaggle CSV in, its submission out; and what was submitted before.

import { fetchFile, get, isAbort, remove, upload } from './api.js';
import { digitPicture } from './digit.js';
import { $, acceptFiles, count, download, duration, h, keepFocus, percent, plural, showError, when } from './dom.js';
import { matrix } from './matrix.js';

const PAGE = 10;

let running = null;
let page = 1;
let opened = null; // the submission whose summary is shown

acceptFiles($('submission-drop'), $('submission-input'), submitAll);
$('submission-cancel').addEventListener('click', () => running?.abort());
addEventListener('beforeunload', event => {
  if (running) event.preventDefault(); // the browser asks whether the upload may be lost
});

/** One after the other, so that each has the whole of the way there; a bad one does not keep the others from being read. */
async function submitAll(files) {
  if (running) {
    $('submission-told').textContent = 'One file at a time: wait for the one that is being read, or cancel it.';
    return;
  }
  showError($('submission-error'), null);
  const outcomes = [];
  for (const file of files) {
    outcomes.push(await submit(file));
    $('submission-told').textContent = outcomes.join(' ');
  }
}

/** @returns what became of it, in words. */
async function submit(file) {
  const ending = running = new AbortController();
  $('submission-running').hidden = false;
  const upName = String(Math.random()).slice(2);
  let sent = 0, rows = 0;
  const tell = () => {
    $('submission-bar').value = sent;
    $('submission-state').textContent = `${file.name}: ${Math.floor(100 * sent)} % sent, ${plural(rows, 'row')} done`;
  };
  const watch = setInterval(async () => {
    const progress = await get(`/submissions/running/${upName}`).catch(() => null);
    rows = progress?.rows ?? rows;
    tell();
  }, 500);
  tell();
  try {
    const summary = await upload(`/submissions?upload=${upName}&name=${encodeURIComponent(file.name.slice(-100))}`, file, {
      type: 'text/csv', signal: ending.signal,
      onProgress: part => {
        sent = part;
        tell();
      },
    });
    await show(summary);
    page = 1;
    await list();
    return `${file.name} is done: ${plural(summary.rows, 'row')}.`;
  } catch (error) {
    if (isAbort(error)) return `${file.name}: cancelled, and nothing was kept.`;
    showError($('submission-error'), { title: `${file.name}: ${error.title ?? 'it could not be read'}`, message: error.message });
    return `${file.name} could not be read.`;
  } finally {
    clearInterval(watch);
    running = null;
    $('submission-running').hidden = true;
    keepFocus($('submission-input'));
  }
}

const titleOf = summary => summary.name ?? plural(summary.rows, 'row');

async function show(summary) {
  const uncertain = await get(`/submissions/${summary.id}/least-confident`);
  const most = Math.max(...summary.labels);
  opened = summary.id;
  $('submission-summary').replaceChildren(h('article', { class: 'card', tabindex: -1, 'aria-labelledby': 'submission-title' },
    h('h3', { id: 'submission-title' }, `${titleOf(summary)}: ${plural(summary.rows, 'row')} in ${duration(summary.seconds)}`),
    h('p', {}, `${count(Math.round(summary.imagesPerSecond))} rows a second, read by `, h('code', {}, summary.model), `, ${when(summary.createdAt)}.`),
    summary.accuracy != null && h('p', { class: 'headline' }, `${percent(summary.accuracy, 2)} right`),
    h('p', {}, h('button', { type: 'button', class: 'main', onclick: event => save(summary, event.target) }, 'Download submission.csv')),
    h('h4', {}, 'How many of each digit'),
    h('ol', { class: 'counts', start: 0 }, summary.labels.map((n, digit) => h('li', {},
      h('span', { class: 'name' }, digit), h('meter', { max: most, value: n, 'aria-label': `Rows read as ${digit}` }), h('span', { class: 'value' }, count(n))))),
    summary.confusionMatrix && matrix(summary.confusionMatrix, 'Its labels against the answers.'),
    h('h4', {}, 'Least confident'),
    h('ul', { class: 'digits' }, uncertain.map(row => h('li', {},
      row.pixels && digitPicture(row.pixels, `Row ${row.imageId}`), h('span', {}, `row ${row.imageId}`), h('span', {}, `${row.digit}, ${percent(row.confidence, 0)}`))))));
}

async function save(summary, button) {
  button.disabled = true;
  try {
    download('submission.csv', await fetchFile(`/submissions/${summary.id}/submission.csv`, 'text/csv'));
  } catch (error) {
    showError($('submission-error'), error);
  } finally {
    button.disabled = false;
    keepFocus(button);
  }
}

async function list() {
  try {
    const { submissions, total } = await get(`/submissions?page=${page}&pageSize=${PAGE}`);
    const last = Math.max(1, Math.ceil(total / PAGE));
    if (page > last) {
      page = last; // what stood on it was deleted
      await list();
      return;
    }
    $('submission-none').hidden = total > 0;
    $('submission-list').replaceChildren(...submissions.map(row));
    $('submission-pages').replaceChildren(...total > PAGE ? [
      h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Newer'),
      h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(total, page * PAGE)} of ${total}`),
      h('button', { type: 'button', disabled: page === last, onclick: () => turn(1) }, 'Older')] : []);
  } catch (error) {
    showError($('submission-error'), error);
  }
}

async function turn(pages) {
  page += pages;
  await list();
  keepFocus(...$('submission-pages').querySelectorAll('button'));
}

function row(summary) {
  const which = `${titleOf(summary)} of ${when(summary.createdAt)}`;
  const act = (word, what) => h('button', { type: 'button', 'aria-label': `${word} ${which}`, onclick: event => what(summary, event.target) }, word);
  return h('li', { class: 'row' },
    h('span', {}, h('strong', {}, titleOf(summary)),
      [summary.name && plural(summary.rows, 'row'), summary.accuracy != null && `${percent(summary.accuracy, 2)} right`].filter(Boolean).join(', ')),
    h('span', { class: 'hint' }, when(summary.createdAt)),
    h('span', { class: 'actions' }, act('Show', open), act('Download', save), act('Delete', forget)));
}

async function open(summary) {
  try {
    await show(summary);
    $('submission-summary').firstChild.focus();
  } catch (error) {
    showError($('submission-error'), error);
  }
}

async function forget(summary) {
  if (!confirm(`Delete ${titleOf(summary)}, ${when(summary.createdAt)}?`)) return;
  try {
    await remove(`/submissions/${summary.id}`);
    if (opened === summary.id) $('submission-summary').replaceChildren();
    await list();
    keepFocus($('submission-list').querySelector('button'), $('submission-input'));
  } catch (error) {
    showError($('submission-error'), error);
  }
}

export const enter = list;
