// @ts-check
// Sends the images of the images view to the service, at most four at a time.

import { json, patiently, send } from '../api.js';

/** @import { Picture } from '../types.d.ts' */

const AT_A_TIME = 4;

export class Queue {
  #prepare;
  #onChange;
  /** @type {Picture[]} */
  #waiting = [];
  #running = 0;

  /**
   * @param {(picture: Picture) => Promise<void>} prepare called before an image is sent.
   * @param {(picture: Picture | null) => void} onChange called with each image that has a result or an error, and with null when a parallel loop ends.
   */
  constructor(prepare, onChange) {
    this.#prepare = prepare;
    this.#onChange = onChange;
  }

  /** Whether any image is waiting, or was sent and has no result yet. */
  get isBusy() { return this.#waiting.length + this.#running > 0; }

  /** @param {Picture[]} pictures */
  add(pictures) {
    for (const picture of pictures) picture.error = null;
    this.#waiting.push(...pictures);
    while (this.#running < AT_A_TIME && this.#waiting.length > 0) this.#work();
  }

  /** @param {Picture[]} pictures images that were removed from the view. */
  remove(pictures) {
    this.#waiting = this.#waiting.filter(picture => !pictures.includes(picture));
  }

  async #work() {
    this.#running++;
    for (let picture; (picture = this.#waiting.shift());) {
      await this.#read(picture);
      this.#onChange(picture);
    }
    this.#running--;
    this.#onChange(null);
  }

  /** @param {Picture} picture */
  async #read(picture) {
    try {
      await this.#prepare(picture);
      picture.answer = await patiently(async () => json(await send('/predict?image=true', { method: 'POST', body: picture.file, type: 'application/octet-stream' })));
    } catch (error) {
      if (error.text) picture.several = { text: error.text, digits: error.digits ?? [] };
      else picture.error = error;
    }
  }
}
