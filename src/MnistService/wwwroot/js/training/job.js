// @ts-check
// The card of one job: state, live curves, epochs and actions.

import { isAbort, patiently, pause, post, remove, rename, stream } from '../api.js';
import { chart } from '../chart.js';
import { count, duration, h, keepFocus, percent, showError, when } from '../dom.js';
import { showWarnings } from '../labels.js';
import { named, withoutControls } from '../text.js';

/** @import { Failure, Job } from '../types.d.ts' */

const STATES = { queued: 'queued', running: 'running', succeeded: 'succeeded', failed: 'failed', cancelled: 'canceled', interrupted: 'interrupted' };

/** @param {Job} job */
export const isOver = job => !['queued', 'running'].includes(job.state);

/** @param {Job} job */
export const nameOf = job => named(job.name, `${job.settings.recipe.network} ${job.id.slice(-5)}`);

/** @param {Job} job */
export const stateOf = job => STATES[job.state] ?? job.state;

/**
 * Follows a job until it has ended or was deleted, or the signal is aborted. Opens an interrupted event stream again.
 * @param {Job} job
 * @param {(now: Job) => void} onChange
 * @param {AbortSignal} signal
 * @throws {ApiError} if the service rejects the request for a permanent reason, such as a missing key.
 */
export async function follow(job, onChange, signal) {
  const now = structuredClone(job);
  for (let isFirst = true; !isOver(now); isFirst = false) {
    try {
      if (!isFirst) await pause(1, signal);
      for await (const { type, data } of await patiently(() => stream(`/train/${job.id}/events`, signal), signal)) {
        if (type === 'state') Object.assign(now, data);
        else if (type === 'progress') now.progress = data;
        else if (type === 'epoch') now.epochs[data.epoch - 1] = data;
        onChange(now);
      }
    } catch (error) {
      if (isAbort(error) || error.status === 404) return;
      if (error.status >= 400 && error.status < 500 && !error.isPassing) throw error;
    }
  }
}

/** Creates charts of loss and accuracy, with the curves of all given jobs. @param {Job[]} jobs */
export function curves(jobs) {
  /**
   * @param {Job} job
   * @param {'trainLoss' | 'validationLoss' | 'trainAccuracy' | 'validationAccuracy'} field
   * @param {string} kind
   * @param {boolean} [dashed]
   */
  const line = (job, field, kind, dashed) => ({
    name: jobs.length > 1 ? `${nameOf(job)}, ${kind}` : kind, of: jobs.length > 1 ? job.id : undefined, dashed,
    points: job.epochs.filter(e => e?.[field] != null).map(e => [e.epoch, e[field]]),
  });
  const x = { label: 'epoch', from: 1, whole: true };
  /** @param {'trainLoss' | 'trainAccuracy'} train @param {'validationLoss' | 'validationAccuracy'} validation */
  const pair = (train, validation) => jobs.flatMap(job => [line(job, train, 'training', jobs.length > 1), line(job, validation, 'validation')]);
  return h('div', { class: 'charts' },
    chart({ title: 'Loss', series: pair('trainLoss', 'validationLoss'), x, y: { from: 0, format: v => v.toFixed(2) } }),
    chart({ title: 'Accuracy', series: pair('trainAccuracy', 'validationAccuracy'), x, y: { to: 1, format: v => percent(v, 1) } }));
}

/** @param {Job} job */
export function facts(job) {
  const { progress } = job;
  const told = {
    running: progress && `Epoch ${progress.epoch} of ${progress.epochs}, step ${count(progress.step)} of ${count(progress.steps)}; `
      + `${count(Math.round(progress.imagesPerSecond))} images per second; ${duration(progress.etaSeconds)} left`,
    queued: 'Waiting for an earlier job.',
    failed: job.error && withoutControls(job.error.detail),
    interrupted: 'The service stopped during training. Resume continues from the last checkpoint.',
    cancelled: job.startedAt ? 'Resume continues from the last checkpoint.' : 'The job had not started. Resume starts it.', // checkpoints are also written within an epoch
    succeeded: [job.test && `${percent(job.test.accuracy, 2)} of the test images correct.`, job.promotion?.reason].filter(Boolean).join(' '),
  }[job.state];
  return told || 'Starting…';
}

/** The card that shows a job. One card is reused for all jobs. */
export class JobCard {
  /** @type {Job | undefined} */
  #job;
  #parts;

  /** @param {(job: Job | null) => void} changed called with the job after an action; with null if it was deleted. */
  constructor(changed) {
    /** @param {string} path @param {string} label */
    const act = (path, label) => h('button', { type: 'button', onclick: event => this.#act(event.target, path, changed) }, label);
    this.#parts = {
      title: h('h3'), state: h('p', { class: 'state', 'aria-live': 'polite' }), bar: h('progress', { max: 1, 'aria-label': 'Progress' }),
      told: h('p', {}), warnings: h('ul', { class: 'warnings', hidden: true }), error: h('p', { class: 'error', role: 'alert', hidden: true }), curves: h('div', {}), log: h('tbody', {}),
      model: h('a', { hidden: true }), cancel: act('cancel', 'Cancel'), resume: act('resume', 'Resume'),
      rename: h('button', { type: 'button', onclick: event => this.#run(event.target, () => rename(`/train/${this.#job.id}`, this.#job.name ?? ''), changed) }, 'Rename'), forget: h('button', { type: 'button', onclick: event => this.#forget(event.target, changed) }, 'Delete'),
    };
    const { title, state, bar, told, warnings, error, curves: charts, log, cancel, resume, rename: naming, forget, model } = this.#parts;
    this.element = h('article', { class: 'card', id: 'job', tabindex: -1 }, title, state, bar, told, warnings, h('p', { class: 'actions' }, cancel, resume, naming, forget, model), error, charts,
      h('details', {}, h('summary', {}, 'Epoch details'), h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Epochs' },
        h('table', { class: 'log' }, h('thead', {}, h('tr', {}, ['Epoch', 'Loss', 'Accuracy', 'Validation loss', 'Validation accuracy', 'Learning rate', 'Seconds'].map(t => h('th', { scope: 'col' }, t)))), log))));
  }

  /** @param {Job} job */
  show(job) {
    const isNew = this.#job?.id !== job.id, { title, state, bar, told, curves: charts, log, cancel, resume, forget, model, error } = this.#parts;
    const epochs = this.#job?.id === job.id ? this.#drawn : -1;
    this.#job = structuredClone(job);
    if (isNew) showError(error, null);
    title.textContent = nameOf(job);
    const words = `${stateOf(job)}, ${isOver(job) ? '' : 'since '}${when(job.finishedAt ?? job.startedAt ?? job.createdAt)}`;
    if (state.textContent !== words) state.textContent = words;
    bar.hidden = job.state !== 'running';
    if (job.progress) bar.value = job.progress.step / Math.max(1, job.progress.steps);
    else bar.removeAttribute('value');
    told.textContent = facts(job);
    showWarnings(this.#parts.warnings, job.warnings);
    cancel.hidden = isOver(job);
    resume.hidden = !['cancelled', 'interrupted', 'failed'].includes(job.state) || job.error?.code === 'diverged';
    forget.hidden = !isOver(job);
    model.hidden = !job.model;
    model.textContent = 'Show model';
    model.href = `#models?b=${job.model}`;
    if (job.epochs.length === epochs) return;
    this.#drawn = job.epochs.length;
    charts.replaceChildren(...job.epochs.length > 0 ? [curves([job])] : []);
    log.replaceChildren(...job.epochs.map(e => h('tr', {}, [e.epoch, e.trainLoss.toFixed(4), percent(e.trainAccuracy, 2), e.validationLoss?.toFixed(4) ?? '–',
      percent(e.validationAccuracy, 2), e.learningRate.toPrecision(3), e.seconds.toFixed(1)].map(cell => h('td', {}, cell)))));
  }

  #drawn = -1;

  /** Shows why an action or the event stream failed. @param {Failure | null} error */
  showError(error) {
    showError(this.#parts.error, error);
  }

  /** @param {HTMLButtonElement} button @param {string} path @param {(job: Job | null) => void} changed */
  #act(button, path, changed) {
    return this.#run(button, () => post(`/train/${this.#job.id}/${path}`), changed);
  }

  /** @param {HTMLButtonElement} button @param {() => Promise<Job | null>} what returns the changed job; null if nothing was changed. @param {(job: Job | null) => void} changed */
  async #run(button, what, changed) {
    button.disabled = true;
    this.showError(null);
    try {
      const job = await what();
      if (job) changed(job);
    } catch (error) {
      this.showError(error);
    } finally {
      button.disabled = false;
      keepFocus(button, this.element);
    }
  }

  /** The job that the card shows; null before the first call of show. */
  get job() { return this.#job ?? null; }

  /** @param {HTMLButtonElement} button @param {(job: Job | null) => void} changed */
  async #forget(button, changed) {
    if (!confirm(`Delete the job ${nameOf(this.#job)}? Its model is kept.`)) return;
    try {
      await remove(`/train/${this.#job.id}`);
      changed(null);
    } catch (error) {
      this.showError(error);
    }
  }
}
