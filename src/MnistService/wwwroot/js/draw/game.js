// @ts-check
// The number game: the page asks for digits, the user draws them, and the network recognizes them within a time limit.

import { h } from '../dom.js';
import { digitPicture, isWrong, severalDigits, withArticle } from '../digit.js';

/** @import { LabeledDigit, Prediction } from '../types.d.ts' */
/** @import { Pad } from './pad.js' */

const ROUNDS = 10; // digits per game
const SURE = 0.7; // minimum confidence of a correct digit
const GRACE = 2; // seconds to finish a stroke after the time limit; without a limit, after the end of the round

export class Game {
  #pad;
  #parts;
  #limit = 10;
  /** @type {{ asked: number, right: boolean, answer: Prediction | null, several: string | null, seconds: number }[]} */
  #rounds = [];
  /** @type {number[]} */
  #asked = []; // the digits that are still to be drawn, starting with the current one
  #started = 0;
  /** @type {Prediction | null} */
  #last = null;
  /** @type {string | null} */
  #several = null; // the digits if the drawing shows several digits
  /** @type {ReturnType<typeof setInterval>} */
  #timer;
  #settled = false;
  /** @type {ReturnType<typeof setTimeout>} */
  #pause;
  #running = false;

  /**
   * @param {Pad} pad
   * @param {{
   *   prompt: HTMLElement, clock: HTMLProgressElement, score: HTMLElement, keep: (drawings: LabeledDigit[]) => boolean, ended: () => void,
   * }} parts keep: adds the labeled drawings of a finished game to the collection, and returns whether this succeeded; ended: called when the game ends.
   */
  constructor(pad, parts) {
    this.#pad = pad;
    this.#parts = parts;
    pad.addEventListener('lift', () => this.#judge());
  }

  /** Whether a game is running: from the first requested digit until the score is shown. */
  get isRunning() { return this.#running; }

  /** @param {number} secondsPerDigit time limit; 0 for no limit. */
  start(secondsPerDigit) {
    this.stop();
    this.#limit = secondsPerDigit;
    this.#rounds = [];
    this.#asked = shuffled([...Array(10).keys()]).slice(0, ROUNDS);
    this.#parts.score.replaceChildren();
    this.#running = true;
    this.#next();
  }

  /** Ends the game early. The score is shown only if all digits were already drawn. */
  leave() {
    if (this.#asked.length === 0 && this.#rounds.length === ROUNDS) this.#end();
    else this.stop();
  }

  stop() {
    clearInterval(this.#timer);
    clearTimeout(this.#pause);
    this.#running = false;
    this.#asked = [];
    this.#parts.prompt.textContent = '';
    this.#parts.clock.hidden = true;
    this.#parts.ended();
  }

  /**
   * @param {Prediction | null} answer the current prediction; null if there is none.
   * @param {string | null} [several] the digits if the drawing shows several digits.
   */
  guess(answer, several = null) {
    if (!this.#settled) [this.#last, this.#several] = [answer, several];
    this.#judge();
  }

  skip() {
    if (this.#running) this.#settle(false);
  }

  #next() {
    this.#last = this.#several = null;
    this.#settled = false;
    this.#pad.clear();
    this.#started = performance.now();
    this.#parts.prompt.textContent = `Draw ${withArticle(this.#asked[0])}  (${this.#rounds.length + 1} of ${ROUNDS})`;
    this.#parts.clock.hidden = this.#limit === 0;
    this.#parts.clock.value = 1;
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), 100);
  }

  #tick() {
    if (this.#limit === 0) return;
    const left = 1 - this.#seconds() / this.#limit;
    this.#parts.clock.value = Math.max(0, left);
    const isLate = left <= 0 && (!this.#pad.isDrawing || this.#seconds() > this.#limit + GRACE); // the user may finish the current stroke within GRACE
    if (isLate) this.#settle(this.#isRight());
  }

  #isRight() { return this.#last !== null && !isWrong(this.#last, this.#asked[0]); }

  #seconds() { return (performance.now() - this.#started) / 1000; }

  /** Ends the round if the prediction is correct and confident, but only while the pen is up: an unfinished 9 can look like a 1. */
  #judge() {
    if (!this.#running || this.#settled || this.#pad.isDrawing) return;
    if (this.#isRight() && this.#last.confidence >= SURE) this.#settle(true);
  }

  /** @param {boolean} right */
  #settle(right) {
    if (this.#settled) return;
    this.#settled = true;
    clearInterval(this.#timer);
    const asked = this.#asked.shift();
    const round = { asked, right, answer: this.#last, several: this.#several, seconds: this.#seconds() };
    this.#rounds.push(round);
    this.#parts.prompt.textContent = right ? `${asked}: correct!` : `${asked}: incorrect. ${outcome(round)}`;
    this.#pause = setTimeout(() => this.#goOn(), 700);
  }

  /** Continues with the next digit or the score. First waits for the end of the current stroke, so that the stroke does not continue in the next digit. */
  #goOn() {
    if (this.#pad.isDrawing && this.#seconds() < (this.#limit || this.#rounds.at(-1).seconds) + GRACE) this.#pause = setTimeout(() => this.#goOn(), 50);
    else if (this.#asked.length > 0) this.#next();
    else this.#end();
  }

  #end() {
    const right = this.#rounds.filter(round => round.right), wrong = this.#rounds.filter(round => !round.right);
    const seconds = this.#rounds.reduce((sum, round) => sum + round.seconds, 0);
    const drawn = this.#rounds.filter(round => round.answer && round.answer.isDigit !== false).map(round => ({ label: round.asked, image: round.answer.image }));
    const keep = drawn.length > 0 && h('button', {
      type: 'button',
      onclick: event => {
        if (this.#parts.keep(drawn)) event.target.replaceWith(h('span', { role: 'status' }, `${drawn.length} collected.`));
      },
    }, `Collect ${drawn.length === 1 ? 'this drawing' : `these ${drawn.length} drawings`}, labeled as requested`);
    this.stop();
    this.#parts.score.replaceChildren(...[
      h('p', { class: 'headline' }, `${right.length} of ${ROUNDS} in ${seconds.toFixed(1)} s`),
      wrong.length > 0 && h('p', {}, 'Not recognized:'),
      wrong.length > 0 && h('ul', { class: 'digits' }, wrong.map(round =>
        h('li', {}, digitPicture(round.answer?.image, `Drawing of ${withArticle(round.asked)}`), h('span', {}, h('strong', {}, round.asked), ` ${outcome(round)}`)))),
      keep,
    ].filter(Boolean));
    this.#parts.score.scrollIntoView({ block: 'nearest' });
  }
}

/** Describes why the digit of a round was not recognized. @param {{ answer: Prediction | null, several: string | null }} round */
function outcome({ answer, several }) {
  if (several) return severalDigits(several);
  if (!answer) return 'Not drawn.';
  return answer.isDigit === false ? 'Not a digit.' : `Predicted as ${answer.digit}.`;
}

/** @param {number[]} list */
function shuffled(list) {
  for (let i = list.length - 1; i > 0; i--) {
    const other = Math.floor(Math.random() * (i + 1));
    [list[i], list[other]] = [list[other], list[i]];
  }
  return list;
}
