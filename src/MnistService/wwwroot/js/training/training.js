// Start a job, watch it, compare it with others.

import { get } from '../api.js';
import { $, h, percent, showError, when } from '../dom.js';
import { makeForm, refreshChoices } from './form.js';
import { curves, follow, isOver, JobCard, nameOf, stateOf } from './job.js';

const PAGE = 20;

const card = new JobCard(job => job ? watch(job) : unwatch());
const overlaid = new Map(); // job's id -> job, in the order in which they were chosen
let following = null;
let ready = null;

export async function enter(query) {
  try {
    await (ready ??= makeForm(watch).catch(error => {
      ready = null; // and again at the next visit
      throw error;
    }));
    await refreshChoices(query.get('data') ?? undefined);
    const jobs = await list();
    const first = jobs.find(job => job.state === 'running') ?? jobs[0];
    if (!card.element.isConnected && first) watch(first, { focus: false });
  } catch (error) {
    showError($('jobs-error'), error);
  }
}

/** Shows a job and follows it to its end. */
function watch(job, { focus = true } = {}) {
  following?.abort();
  following = new AbortController();
  if (!card.element.isConnected) $('job-place').replaceChildren(card.element);
  card.show(job);
  if (focus) card.element.focus();
  list();
  if (isOver(job)) return;
  let state = job.state;
  follow(job, now => {
    card.show(now);
    if (now.state !== state) list();
    state = now.state;
  }, following.signal);
}

function unwatch() {
  following?.abort();
  card.element.remove();
  list();
}

async function list() {
  try {
    const { jobs } = await get(`/train?pageSize=${PAGE}`);
    showError($('jobs-error'), null);
    $('jobs-none').hidden = jobs.length > 0;
    for (const id of overlaid.keys()) if (!jobs.some(job => job.id === id)) overlaid.delete(id);
    $('jobs-list').replaceChildren(...jobs.map(row));
    showOverlay(jobs);
    return jobs;
  } catch (error) {
    showError($('jobs-error'), error);
    return [];
  }
}

function row(job) {
  const last = job.epochs.findLast(epoch => epoch.validationAccuracy != null);
  return h('li', { class: 'row' },
    h('span', {}, h('label', { class: 'tick' }, h('input', {
      type: 'checkbox', checked: overlaid.has(job.id), disabled: job.epochs.length === 0,
      onchange: event => {
        if (event.target.checked) overlaid.set(job.id, job);
        else overlaid.delete(job.id);
        showOverlay();
      },
    }), h('strong', {}, nameOf(job))), stateOf(job) + (last ? `, ${percent(last.validationAccuracy, 2)} held out` : '')),
    h('span', { class: 'hint' }, when(job.createdAt)),
    h('span', { class: 'actions' }, h('button', { type: 'button', onclick: () => watch(job) }, 'Show'),
      job.model && h('a', { href: `#models?b=${job.model}` }, 'Its model')));
}

function showOverlay(jobs) {
  for (const job of jobs ?? []) if (overlaid.has(job.id)) overlaid.set(job.id, job);
  $('jobs-overlay').replaceChildren(...overlaid.size > 0 ? [h('h3', {}, 'Compared'), curves([...overlaid.values()])] : []);
}
