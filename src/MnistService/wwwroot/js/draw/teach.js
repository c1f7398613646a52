// @ts-check
// Teaching: starts a job that trains the served model on the collected digits, and shows its progress and result. After a reload, it shows a job that
// has not ended.

import { get, post, remove } from '../api.js';
import * as collection from '../collection.js';
import { $, h, keepFocus, percent, showError } from '../dom.js';
import { facts, follow, isOver, stateOf } from '../training/job.js';

/** @import { Job } from '../types.d.ts' */

/** @type {AbortController | undefined} */
let following;

/** Uploads the collection as a data set and starts a job that trains the served model on it. */
export async function teach() {
  showError($('collection-error'), null);
  $('teach').disabled = true;
  try {
    const dataset = await collection.copyToDataset('collected digits');
    /** @type {Job} */
    let job;
    try {
      job = await post(`/datasets/${dataset.id}/teach`);
    } catch (error) {
      await remove(`/datasets/${dataset.id}`).catch(() => { }); // the uploaded copy is only for the job
      throw error;
    }
    localStorage.setItem(collection.TEACHING, job.id);
    $('teaching').hidden = false;
    $('teaching').focus({ preventScroll: true });
    await show(job);
  } catch (error) {
    showError($('collection-error'), error);
  } finally {
    $('teach').disabled = localStorage.getItem(collection.TEACHING) !== null; // a second job would start from the old model
    keepFocus($('teach'), $('teaching'));
  }
}

/** Shows the job of an earlier visit if it has not ended. @returns {Promise<void>} */
export async function resumeTeaching() {
  const id = localStorage.getItem(collection.TEACHING);
  if (!id || following) return;
  $('teach').disabled = true;
  try {
    await show(await get(`/train/${encodeURIComponent(id)}`));
  } catch (error) {
    if (error.status === 404) close(); // the job was deleted
    else showError($('collection-error'), error);
  }
}

/** Stops following the job, which continues; called when another view is shown. */
export function leaveTeaching() {
  following?.abort();
  following = undefined;
}

function close() {
  leaveTeaching();
  localStorage.removeItem(collection.TEACHING);
  $('teach').disabled = false;
  $('teaching').hidden = true;
  $('teaching').replaceChildren();
}

/** Shows a job until it has ended. @param {Job} job */
async function show(job) {
  following?.abort();
  const { signal } = following = new AbortController();
  const told = h('p', { role: 'status' }), bar = h('progress', { max: 1, 'aria-label': 'Progress of the teaching' }), result = h('div', {});
  const cancel = h('button', { type: 'button', onclick: () => post(`/train/${job.id}/cancel`).catch(error => showError($('collection-error'), error)) }, 'Cancel');
  const closing = h('button', { type: 'button', onclick: () => {
    close();
    keepFocus($('teach'), $('pad'));
  } }, 'Close');
  $('teaching').replaceChildren(h('h4', {}, 'Teaching'), told, bar, result, h('p', { class: 'actions' }, cancel, h('a', { href: '#training' }, 'Show the jobs'), closing));
  $('teaching').hidden = false;
  let last = job;
  /** @param {Job} now */
  const update = now => {
    last = now;
    const isEnded = isOver(now);
    bar.hidden = cancel.hidden = isEnded;
    closing.hidden = !isEnded;
    $('teach').disabled = !isEnded;
    if (now.progress) bar.value = now.progress.step / Math.max(1, now.progress.steps);
    const words = {
      queued: 'Waiting for an earlier job.',
      running: 'Training…',
      succeeded: summary(now),
      failed: `The teaching failed. ${facts(now)}`,
    }[now.state] ?? `The teaching was ${stateOf(now)}. It can be resumed under Training.`;
    if (told.textContent !== words) told.textContent = words;
    if (isEnded) localStorage.removeItem(collection.TEACHING);
    result.replaceChildren(...now.state === 'succeeded' ? [comparison(now), links(now)] : []);
  };
  update(job);
  if ($('draw').hidden) return leaveTeaching(); // the user has opened another view; this view shows the job again when the user returns
  try {
    await follow(job, update, signal);
  } catch (error) {
    if (!signal.aborted) following = undefined; // so that resumeTeaching can follow the job again
    throw error;
  }
  if (signal.aborted) return;
  if (isOver(last)) following = undefined;
  else close(); // the job was deleted
}

/** @param {Job} job */
const summary = ({ promotion }) => promotion?.promoted ? 'The service now uses the new model.' : `The service still uses the old model. ${promotion?.reason ?? ''}`;

/** @param {Job} job */
const links = job => h('p', {}, h('a', { href: `#models?a=${job.promotion?.served ?? ''}&b=${job.model}` }, job.promotion?.promoted ? 'Compare the models, or roll back' : 'Compare the models'));

/** Formats a number of correct images as "23 of 24" or, from 100 images on, as a percentage. @param {number} right @param {number} images */
const part = (right, images) => images < 100 ? `${right} of ${images}` : percent(right / images, 2);

/** Shows the accuracy before and after the teaching, on the collected digits and on the reference sets. @param {Job} job */
function comparison({ promotion }) {
  const { own, references } = promotion ?? {};
  const rows = [
    ...own ? [[own.trained === own.images ? 'Collected digits' : 'Collected digits that were held out', part(own.servedRight, own.images), part(own.right, own.images)]] : [],
    ...(references ?? []).filter(each => each.against === 'served').map(each => [each.setName, percent(each.rivalRight / each.images, 2), percent(each.right / each.images, 2)]),
  ];
  return h('table', { class: 'log' }, h('thead', {}, h('tr', {}, ['Correct on', 'Before', 'After'].map(title => h('th', { scope: 'col' }, title)))),
    h('tbody', {}, rows.map(([title, ...cells]) => h('tr', {}, h('th', { scope: 'row' }, title), cells.map(cell => h('td', {}, cell))))));
}
