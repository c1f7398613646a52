// @ts-check
// Requests predictions for the drawing, one request at a time. A newer drawing waits for the running request, or aborts a request that is older than PATIENCE.

import { isAbort, json, send } from '../api.js';

/** @import { Prediction, Stages } from '../types.d.ts' */
/** @import { Pad } from './pad.js' */

const PATIENCE = 300; // milliseconds: minimum duration of a request before a newer drawing aborts it

export class Reader {
  #pad;
  #onAnswer;
  #onError;
  /** @type {{ abort: AbortController, since: number } | null} */
  #running = null; // since: start time in milliseconds
  #waiting = false;
  /** @type {ReturnType<typeof setTimeout>} */
  #again;
  #notBefore = 0;

  /**
   * @param {Pad} pad
   * @param {(answer: Prediction, stages: Stages) => void} onAnswer
   * @param {(error: any) => void} onError
   */
  constructor(pad, onAnswer, onError) {
    this.#pad = pad;
    this.#onAnswer = onAnswer;
    this.#onError = onError;
  }

  /** Called when the drawing has changed. */
  changed() {
    if (this.#pad.isEmpty) {
      this.#waiting = false;
      this.#running?.abort.abort();
      return;
    }
    if (!this.#running) {
      if (performance.now() >= this.#notBefore) this.#ask();
      return;
    }
    this.#waiting = true;
    if (performance.now() - this.#running.since > PATIENCE) this.#running.abort.abort();
  }

  /** Called when another view is shown. Aborts the request, and sends none until the next change of the drawing. */
  stop() {
    clearTimeout(this.#again);
    this.#notBefore = 0;
    this.#waiting = false;
    this.#running?.abort.abort();
  }

  /** Sends no requests for some seconds, because the service is busy or does not respond. @param {number} seconds */
  #pause(seconds) {
    clearTimeout(this.#again);
    this.#notBefore = performance.now() + 1000 * seconds;
    this.#waiting = false;
    this.#again = setTimeout(() => this.changed(), 1000 * seconds + 10);
  }

  async #ask() {
    const running = this.#running = { abort: new AbortController(), since: performance.now() };
    try {
      const body = await this.#pad.toBlob();
      const since = performance.now();
      // The PNG always has dark ink on white, so the service does not have to detect the polarity.
      const response = await send('/predict?image=true&normalize=always&invert=always', { method: 'POST', body, type: 'image/png', signal: running.abort.signal });
      const answer = await json(response);
      if (!running.abort.signal.aborted) this.#onAnswer(answer, stages(response, performance.now() - since));
    } catch (error) {
      if (!isAbort(error)) this.#onError(error);
      if (error.isPassing || error.status === 0) this.#pause(error.retryAfter ?? 2);
    } finally {
      this.#running = null;
      if (this.#waiting) {
        this.#waiting = false;
        this.#ask();
      }
    }
  }
}

/**
 * Reads the durations of decode, queue and compute from the Server-Timing header. The transfer is the rest of the total.
 * @param {Response} response
 * @param {number} total duration of the request in milliseconds.
 * @returns {Stages}
 */
export function stages(response, total) {
  /** @type {Record<string, number>} */
  const stage = {};
  for (const [, name, time] of (response.headers.get('Server-Timing') ?? '').matchAll(/(\w+);dur=([\d.]+)/g)) stage[name] = Number(time);
  const { decode = 0, queue = 0, compute = 0 } = stage;
  return { decode, queue, compute, transfer: Math.max(0, total - decode - queue - compute), total };
}
