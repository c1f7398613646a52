// @ts-check
// The submissions view: uploads a Kaggle CSV, shows and downloads its submission, and lists earlier ones.

import { fetchFile, get, isAbort, pause, remove, upload } from './api.js';
import { digitPicture } from './digit.js';
import { $, acceptFiles, count, download, duration, h, keepFocus, percent, plural, showError, when } from './dom.js';
import { matrix } from './matrix.js';
import { isolated, named, nameToSend } from './text.js';

/** @import { Submission, UncertainRow } from './types.d.ts' */

const PAGE = 10; // submissions per page
const EVERY = 0.5; // seconds between polls

/** @type {AbortController | null} */
let running = null;
let page = 1;
/** @type {string | null} */
let opened = null; // id of the submission whose summary is shown
let isIncomplete = false; // whether the list could not be loaded

acceptFiles($('submission-drop'), $('submission-input'), submitAll);
$('submission-cancel').addEventListener('click', () => running?.abort());
addEventListener('beforeunload', event => {
  if (running) event.preventDefault(); // the browser asks before it discards the upload
});

/** Uploads files one after the other, so that each has the whole bandwidth. An invalid file does not stop the others. @param {File[]} files */
async function submitAll(files) {
  if (running) {
    $('submission-told').textContent = 'Only one upload can run at a time. Wait for the current upload or cancel it.';
    return;
  }
  showError($('submission-error'), null);
  const outcomes = [], errors = [];
  for (const file of files) {
    outcomes.push(await submit(file, errors));
    $('submission-told').textContent = outcomes.join(' ');
    $('submission-error').hidden = errors.length === 0;
    $('submission-error').replaceChildren(...errors);
  }
}

/**
 * @param {File} file
 * @param {HTMLElement[]} errors receives an element with the reason if the file is rejected.
 * @returns {Promise<string>} the outcome, as a sentence.
 */
async function submit(file, errors) {
  const name = isolated(file.name);
  const ending = running = new AbortController();
  $('submission-running').hidden = false;
  const upName = String(Math.random()).slice(2);
  let sent = 0, rows = 0;
  const tell = () => {
    $('submission-bar').value = sent;
    $('submission-state').textContent = `${name}: ${Math.floor(100 * sent)} % uploaded, ${plural(rows, 'row')} processed`;
  };
  const watch = async () => {
    await pause(EVERY);
    while (running === ending) {
      const progress = document.hidden || $('submissions').hidden ? null : await get(`/submissions/running/${upName}`, { signal: ending.signal }).catch(() => null);
      if (running !== ending) return; // this upload has ended
      rows = progress?.rows ?? rows;
      tell();
      await pause(EVERY);
    }
  };
  tell();
  watch();
  try {
    /** @type {Submission} */
    const summary = await upload(`/submissions?upload=${upName}&name=${encodeURIComponent(nameToSend(file))}`, file, {
      type: 'text/csv', signal: ending.signal,
      onProgress: part => {
        sent = part;
        tell();
      },
    });
    await show(summary);
    page = 1;
    await list();
    return `${name} was processed: ${plural(summary.rows, 'row')}.`;
  } catch (error) {
    if (isAbort(error)) return `${name}: canceled. Nothing was stored.`;
    const place = h('span', { class: 'reason' });
    showError(place, { title: `${name}: ${error.title ?? 'processing failed'}`, message: error.message, needsKey: error.needsKey });
    errors.push(place);
    return `${name} could not be processed.`;
  } finally {
    running = null;
    ending.abort(); // stops the progress polling
    $('submission-running').hidden = true;
    keepFocus($('submission-input'));
  }
}

/** @param {Submission} summary */
const titleOf = summary => named(summary.name, plural(summary.rows, 'row'));

/** @param {Submission} summary */
async function show(summary) {
  /** @type {UncertainRow[]} */
  const uncertain = await get(`/submissions/${summary.id}/least-confident`);
  const most = Math.max(...summary.labels);
  opened = summary.id;
  $('submission-summary').replaceChildren(h('article', { class: 'card', tabindex: -1, 'aria-labelledby': 'submission-title' },
    h('h3', { id: 'submission-title' }, `${titleOf(summary)}: ${plural(summary.rows, 'row')} in ${duration(summary.seconds)}`),
    h('p', {}, `${count(Math.round(summary.imagesPerSecond))} rows per second with the model `, h('code', {}, summary.model), `, ${when(summary.createdAt)}.`),
    summary.accuracy != null && h('p', { class: 'headline' }, `${percent(summary.accuracy, 2)} correct`),
    h('p', {}, h('button', { type: 'button', class: 'main', onclick: event => save(summary, event.target) }, 'Download submission.csv')),
    h('h4', {}, 'Predictions per digit'),
    h('ol', { class: 'counts', start: 0 }, summary.labels.map((n, digit) => h('li', {},
      h('span', { class: 'name' }, digit), h('meter', { max: most, value: n, 'aria-label': `Rows predicted as ${digit}` }), h('span', { class: 'value' }, count(n))))),
    summary.confusionMatrix && matrix(summary.confusionMatrix, 'Labels and predictions.'),
    h('h4', {}, 'Least confident predictions'),
    h('ul', { class: 'digits' }, uncertain.map(row => h('li', {},
      row.pixels && digitPicture(row.pixels, `Row ${row.imageId}`), h('span', {}, `row ${row.imageId}`), h('span', {}, `${row.digit}, ${percent(row.confidence, 0)}`))))));
}

/** @param {Submission} summary @param {HTMLButtonElement} button */
async function save(summary, button) {
  button.disabled = true;
  showError($('submission-error'), null);
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
    /** @type {{ submissions: Submission[], total: number }} */
    const { submissions, total } = await get(`/submissions?page=${page}&pageSize=${PAGE}`);
    const last = Math.max(1, Math.ceil(total / PAGE));
    if (page > last) {
      page = last; // the submissions of this page were deleted
      await list();
      return;
    }
    showError($('submission-list-error'), null);
    isIncomplete = false;
    $('submission-none').hidden = total > 0;
    $('submission-list').replaceChildren(...submissions.map(row));
    $('submission-pages').replaceChildren(...total > PAGE ? [
      h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Newer'),
      h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(total, page * PAGE)} of ${total}`),
      h('button', { type: 'button', disabled: page === last, onclick: () => turn(1) }, 'Older')] : []);
  } catch (error) {
    isIncomplete = true;
    showError($('submission-list-error'), error);
  }
}

/** @param {number} pages */
async function turn(pages) {
  page += pages;
  await list();
  keepFocus(...$('submission-pages').querySelectorAll('button'));
}

/** @param {Submission} summary */
function row(summary) {
  const which = `${titleOf(summary)} of ${when(summary.createdAt)}`;
  /** @param {string} word @param {(summary: Submission, button: HTMLButtonElement) => void} what */
  const act = (word, what) => h('button', { type: 'button', 'aria-label': `${word} ${which}`, onclick: event => what(summary, event.target) }, word);
  return h('li', { class: 'row' },
    h('span', {}, h('strong', {}, titleOf(summary)),
      [summary.name && plural(summary.rows, 'row'), summary.accuracy != null && `${percent(summary.accuracy, 2)} correct`].filter(Boolean).join(', ')),
    h('span', { class: 'hint' }, when(summary.createdAt)),
    h('span', { class: 'actions' }, act('Show', open), act('Download', save), act('Delete', forget)));
}

/** @param {Submission} summary */
async function open(summary) {
  showError($('submission-error'), null);
  try {
    await show(summary);
    /** @type {HTMLElement} */ ($('submission-summary').firstChild).focus();
  } catch (error) {
    showError($('submission-error'), error);
  }
}

/** @param {Submission} summary */
async function forget(summary) {
  if (!confirm(`Delete ${titleOf(summary)}, ${when(summary.createdAt)}?`)) return;
  showError($('submission-error'), null);
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

export async function resume() {
  if (isIncomplete) await list();
}
