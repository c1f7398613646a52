// A Kaggle CSV in, its submission out; and what was submitted before.

import { fetchFile, get, isAbort, remove, upload } from './api.js';
import { digitPicture } from './digit.js';
import { $, acceptFiles, count, download, duration, h, percent, showError, when } from './dom.js';
import { matrix } from './matrix.js';

const PAGE = 10;

let running = null;
let page = 1;

acceptFiles($('submission-drop'), $('submission-input'), files => submit(files[0]));
$('submission-cancel').addEventListener('click', () => running?.abort());

async function submit(file) {
  if (running) return;
  running = new AbortController();
  showError($('submission-error'), null);
  $('submission-summary').replaceChildren();
  $('submission-running').hidden = false;
  const name = String(Math.random()).slice(2);
  let sent = 0, rows = 0;
  const tell = () => {
    $('submission-bar').value = sent;
    $('submission-state').textContent = `${file.name}: ${Math.floor(100 * sent)} % sent, ${count(rows)} rows done`;
  };
  const watch = setInterval(async () => {
    const progress = await get(`/submissions/running/${name}`).catch(() => null);
    rows = progress?.rows ?? rows;
    tell();
  }, 500);
  tell();
  try {
    const summary = await upload(`/submissions?upload=${name}`, file, {
      type: 'text/csv', signal: running.signal,
      onProgress: part => {
        sent = part;
        tell();
      },
    });
    await show(summary);
    page = 1;
    await list();
  } catch (error) {
    if (!isAbort(error)) showError($('submission-error'), error);
  } finally {
    clearInterval(watch);
    running = null;
    $('submission-running').hidden = true;
  }
}

async function show(summary) {
  const uncertain = await get(`/submissions/${summary.id}/least-confident`);
  const most = Math.max(...summary.labels);
  $('submission-summary').replaceChildren(h('article', { class: 'card', tabindex: -1 },
    h('h3', {}, `${count(summary.rows)} rows in ${duration(summary.seconds)}`),
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
  }
}

async function list() {
  try {
    const { submissions, total } = await get(`/submissions?page=${page}&pageSize=${PAGE}`);
    $('submission-none').hidden = total > 0;
    $('submission-list').replaceChildren(...submissions.map(row));
    $('submission-pages').replaceChildren(...total > PAGE ? [
      h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Newer'),
      h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(total, page * PAGE)} of ${total}`),
      h('button', { type: 'button', disabled: page * PAGE >= total, onclick: () => turn(1) }, 'Older')] : []);
  } catch (error) {
    showError($('submission-error'), error);
  }
}

function turn(pages) {
  page += pages;
  list();
}

function row(summary) {
  return h('li', { class: 'row' },
    h('span', {}, h('strong', {}, `${count(summary.rows)} rows`), summary.accuracy != null && `${percent(summary.accuracy, 2)} right`),
    h('span', { class: 'hint' }, when(summary.createdAt)),
    h('span', { class: 'actions' },
      h('button', { type: 'button', onclick: () => open(summary) }, 'Show'),
      h('button', { type: 'button', onclick: event => save(summary, event.target) }, 'Download'),
      h('button', { type: 'button', onclick: () => forget(summary) }, 'Delete')));
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
  if (!confirm(`Delete the submission of ${count(summary.rows)} rows, ${when(summary.createdAt)}?`)) return;
  try {
    await remove(`/submissions/${summary.id}`);
    $('submission-summary').replaceChildren();
    await list();
  } catch (error) {
    showError($('submission-error'), error);
  }
}

export const enter = list;
