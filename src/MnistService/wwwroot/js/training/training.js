// @ts-check
// The training view: start, follow and compare jobs, and manage data sets.

import { get, remove, rename } from '../api.js';
import { $, h, keepFocus, percent, plural, showError, when } from '../dom.js';
import { labelCheck } from '../labels.js';
import { named } from '../text.js';
import { loadForm, makeForm, refreshChoices } from './form.js';
import { datasetImages } from './images.js';
import { curves, follow, isOver, JobCard, nameOf, stateOf } from './job.js';

/** @import { Dataset, Job } from '../types.d.ts' */

const PAGE = 10; // jobs per page
const EVERY = 3000; // milliseconds between polls

const card = new JobCard(job => job ? watch(job) : unwatch());
/** @type {Map<string, Job>} */
const overlaid = new Map(); // the jobs whose curves are compared, by id, in the order of selection
/** @type {Job[]} */
let jobs = [];
let page = 1;
/** @type {AbortController | null} */
let following = null;
/** @type {ReturnType<typeof setTimeout>} */
let timer;
/** @type {string | null} */
let data = null; // id of the data set that a link selected, until the form shows it
let isIncomplete = false; // whether a load failed, or the event stream of the shown job ended with an error

makeForm(watch);

/** @param {URLSearchParams} query */
export async function enter(query) {
  data = query.get('data') ?? data;
  await load();
}

export async function resume() {
  if (isIncomplete) await load();
}

async function load() {
  isIncomplete = false;
  const loaded = await Promise.all([loadChoices(), list()]);
  isIncomplete ||= loaded.includes(false);
  if ($('training').hidden) return;
  const first = jobs.find(job => job.state === 'running') ?? jobs[0];
  if (card.element.isConnected) followShown();
  else if (first) watch(first, { focus: false });
}

/** Loads the data sets and models. @returns {Promise<boolean>} whether this succeeded; if not, the form shows the reason. */
async function loadChoices() {
  try {
    showDatasets(await loadForm(data ?? undefined));
    if (data && !$('training').hidden) history.replaceState(null, '', '#training'); // so that the next visit does not select the data set again
    data = null;
    return true;
  } catch {
    return false;
  }
}

export function leave() {
  clearTimeout(timer);
  following?.abort();
}

/** Shows a job and follows it until it has ended. @param {Job} job */
function watch(job, { focus = true } = {}) {
  if (!card.element.isConnected) $('job-place').replaceChildren(card.element);
  card.show(job);
  if (focus) card.element.focus();
  list();
  followShown();
}

/** Follows the job on the card until it has ended. If this fails, the card shows the error. */
async function followShown() {
  following?.abort();
  if (isOver(card.job)) return;
  const { signal } = following = new AbortController();
  card.showError(null);
  try {
    await follow(card.job, now => {
      const isNews = now.state !== card.job.state || now.epochs.length !== card.job.epochs.length;
      card.show(now);
      if (isNews) list();
    }, signal);
    if (!signal.aborted && !isOver(card.job)) unwatch(); // the job was deleted
  } catch (error) {
    if (signal.aborted) return;
    isIncomplete = true;
    card.showError(error);
  }
}

async function unwatch() {
  following?.abort();
  card.element.remove();
  overlaid.delete(card.job.id);
  await list();
  keepFocus($('jobs-list').querySelector('button'), $('train-start'));
}

/** Loads and shows the jobs; repeats this while a job has not ended. @returns {Promise<boolean>} whether the jobs were loaded. */
async function list() {
  clearTimeout(timer);
  const isLoaded = await listOnce();
  clearTimeout(timer); // a concurrent call may have set the timer
  if (!$('training').hidden && jobs.some(job => !isOver(job))) timer = setTimeout(list, EVERY);
  return isLoaded;
}

async function listOnce() {
  try {
    /** @type {{ jobs: Job[], total: number }} */
    let found = await get(`/train?page=${page}&pageSize=${PAGE}`);
    const last = Math.max(1, Math.ceil(found.total / PAGE));
    if (page > last) found = await get(`/train?page=${page = last}&pageSize=${PAGE}`); // the jobs of this page were deleted
    showError($('jobs-error'), null);
    ({ jobs } = found);
    $('jobs-none').hidden = found.total > 0;
    showJobs(found.total);
    return true;
  } catch (error) {
    if (error.needsKey) jobs = []; // stops polling until the user enters another key
    isIncomplete = true;
    showError($('jobs-error'), error);
    return false;
  }
}

/** @param {number} total */
function showJobs(total) {
  const focused = /** @type {HTMLElement | null} */ (document.activeElement)?.dataset?.job;
  $('jobs-list').replaceChildren(...jobs.map(row));
  if (focused) /** @type {HTMLElement | null} */ ($('jobs-list').querySelector(`[data-job="${CSS.escape(focused)}"]`))?.focus({ preventScroll: true });
  const last = Math.max(1, Math.ceil(total / PAGE));
  $('jobs-pages').replaceChildren(...total > PAGE ? [
    h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Newer'),
    h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(total, page * PAGE)} of ${total}`),
    h('button', { type: 'button', disabled: page >= last, onclick: () => turn(1) }, 'Older')] : []);
  for (const job of jobs) if (overlaid.has(job.id)) overlaid.set(job.id, job);
  showOverlay();
}

/** @param {number} pages */
async function turn(pages) {
  page += pages;
  await list();
  keepFocus(...$('jobs-pages').querySelectorAll('button'));
}

/** @param {Job} job */
function row(job) {
  const last = job.epochs.findLast(epoch => epoch.validationAccuracy != null), which = `${nameOf(job)} of ${when(job.createdAt)}`;
  return h('li', { class: 'row' },
    h('span', {}, h('label', { class: 'tick' }, h('input', {
      type: 'checkbox', checked: overlaid.has(job.id), disabled: job.epochs.length === 0, 'data-job': `tick ${job.id}`,
      onchange: event => {
        if (event.target.checked) overlaid.set(job.id, job);
        else overlaid.delete(job.id);
        showOverlay();
      },
    }), h('strong', {}, nameOf(job))), stateOf(job) + (last ? `, ${percent(last.validationAccuracy, 2)} validation accuracy` : '')),
    h('span', { class: 'hint' }, when(job.createdAt)),
    h('span', { class: 'actions' }, h('button', { type: 'button', 'aria-label': `Show ${which}`, 'data-job': `show ${job.id}`, onclick: () => watch(job) }, 'Show'),
      job.model && h('a', { href: `#models?b=${job.model}`, 'aria-label': `Show model of ${which}`, 'data-job': `model ${job.id}` }, 'Show model')));
}

function showOverlay() {
  $('jobs-overlay').replaceChildren(...overlaid.size > 0 ? [h('h3', {}, 'Comparison'), curves([...overlaid.values()])] : []);
}

/** @param {Dataset[]} datasets */
function showDatasets(datasets) {
  $('datasets-list').replaceChildren(...datasets.map(set => h('li', { class: 'row' },
    h('span', {}, h('strong', {}, named(set.name, set.id)), plural(set.images, 'image')),
    h('span', { class: 'hint' }, set.builtIn ? 'built-in' : when(set.createdAt)),
    h('span', { class: 'actions' }, !set.builtIn && h('button', { type: 'button', 'aria-label': `Rename the data set ${named(set.name, set.id)}`, 'data-rename': set.id, onclick: () => renameSet(set) }, 'Rename'),
      !set.builtIn && h('button', { type: 'button', 'aria-label': `Delete the data set ${named(set.name, set.id)}`, onclick: () => forget(set) }, 'Delete')),
    !set.builtIn && labelCheck(set), datasetImages(set, named(set.name, set.id)))));
}

/** @param {Dataset} set */
async function renameSet(set) {
  try {
    if (!await rename(`/datasets/${set.id}`, set.name ?? '')) return;
    showError($('datasets-error'), null);
    showDatasets(await refreshChoices());
    keepFocus($('datasets-list').querySelector(`[data-rename="${CSS.escape(set.id)}"]`), $('train-start'));
  } catch (error) {
    showError($('datasets-error'), error);
  }
}

/** @param {Dataset} set */
async function forget(set) {
  if (!confirm(`Delete the data set ${named(set.name, set.id)}? Models trained on it are kept.`)) return;
  try {
    await remove(`/datasets/${set.id}`);
    showError($('datasets-error'), null);
    showDatasets(await refreshChoices());
    keepFocus($('datasets-list').querySelector('button'), $('train-start'));
  } catch (error) {
    showError($('datasets-error'), error);
  }
}
