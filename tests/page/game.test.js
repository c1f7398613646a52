import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import './service.js';
import { element } from './document.js';

const { Game } = await import('../../src/MnistService/wwwroot/js/draw/game.js');
const { withArticle } = await import('../../src/MnistService/wwwroot/js/digit.js');

const { setTimeout: later } = globalThis;
/** @type {(() => void)[]} */
let timers = [];
beforeEach(() => {
  timers = [];
  globalThis.setTimeout = /** @type {any} */ (end => timers.push(end));
});
afterEach(() => globalThis.setTimeout = later);

/** A game without a time limit, and the drawings that it adds to the collection. */
function started() {
  const pad = Object.assign(new EventTarget(), { isDrawing: false, clear() {} });
  const kept = [], parts = { prompt: element('p'), clock: element('progress'), score: element('div'), keep: drawings => !kept.push(...drawings), ended() {} };
  const game = new Game(/** @type {any} */ (pad), parts);
  game.start(0);
  return { game, kept, pad, ...parts };
}

const askedBy = prompt => Number(/Draw an? (\d)/.exec(prompt.textContent)[1]);
const prediction = (digit, more = {}) => ({ digit, confidence: 0.99, isDigit: true, probabilities: [], image: btoa('\0'.repeat(784)), ...more });

/** Answers each round with the next function, until the score is shown. @returns {number[]} the requested digits. */
function play({ game, prompt }, ...answers) {
  return answers.map(answer => {
    const asked = askedBy(prompt);
    answer(asked);
    game.skip(); // has no effect after a correct digit
    timers.pop()(); // the pause after a round
    return asked;
  });
}

const right = game => asked => game.guess(prediction(asked));

test('a drawing that is not a digit is not accepted', () => {
  const { game, prompt } = started(), asked = askedBy(prompt);
  game.guess(prediction(asked, { isDigit: false }));
  assert.equal(prompt.textContent, `Draw ${withArticle(asked)}  (1 of 10)`);
  game.guess(prediction(asked, { isDigit: null })); // a model without a digit score
  assert.equal(prompt.textContent, `${asked}: correct!`);
});

test('a late drawing that is not a digit is not accepted', context => {
  const { now } = performance, { setInterval } = globalThis, ticks = [];
  context.after(() => Object.assign(globalThis, { setInterval }));
  globalThis.setInterval = /** @type {any} */ (tick => ticks.push(tick));
  for (const isDigit of [false, true]) {
    const { game, prompt } = started();
    game.start(10);
    const asked = askedBy(prompt);
    game.guess(prediction(asked, { isDigit, confidence: 0.5 }));
    performance.now = () => now.call(performance) + 11_000;
    ticks.at(-1)();
    performance.now = now;
    assert.equal(prompt.textContent, isDigit ? `${asked}: correct!` : `${asked}: incorrect. Not a digit.`);
  }
});

test('a stroke that is being drawn when a round without a time limit ends is waited for', context => {
  const { now } = performance;
  const { game, pad, prompt } = started(), asked = askedBy(prompt);
  context.after(() => {
    performance.now = now;
    game.stop(); // its timer would keep the process running
  });
  performance.now = () => now.call(performance) + 60_000; // the digit took a minute
  game.guess(prediction(asked));
  pad.isDrawing = true;
  timers.pop()();
  assert.equal(prompt.textContent, `${asked}: correct!`);
  pad.isDrawing = false;
  timers.pop()();
  assert.match(prompt.textContent, /\(2 of 10\)$/);
});

test('a stroke is waited for until two seconds after the time limit', context => {
  const { now } = performance, at = seconds => performance.now = () => now.call(performance) + 1000 * seconds;
  const { game, pad, prompt } = started();
  context.after(() => {
    performance.now = now;
    game.stop(); // its timer would keep the process running
  });
  game.start(10);
  const asked = askedBy(prompt);
  at(3);
  game.guess(prediction(asked));
  pad.isDrawing = true;
  at(11);
  timers.pop()();
  assert.equal(prompt.textContent, `${asked}: correct!`);
  at(12.5);
  timers.pop()();
  assert.match(prompt.textContent, /\(2 of 10\)$/);
});

test('the score says why a drawing was not right', () => {
  const playing = started(), { game, kept, score } = playing;
  const asked = play(playing,
    () => game.guess(null, '4\n2'),
    digit => game.guess(prediction(digit, { isDigit: false })),
    digit => game.guess(prediction((digit + 1) % 10)),
    () => {},
    ...Array(6).fill(right(game)));
  assert.equal(score.all('p')[0].textContent.slice(0, 8), '6 of 10 ');
  assert.deepEqual(score.all('li').map(item => item.textContent),
    [`${asked[0]} Several digits: 4 2.`, `${asked[1]} Not a digit.`, `${asked[2]} Predicted as ${(asked[2] + 1) % 10}.`, `${asked[3]} Not drawn.`]);
  score.all('button')[0].click();
  assert.deepEqual(kept.map(drawing => drawing.label), asked.filter((_, i) => i === 2 || i > 3)); // no label for what is not a digit
});

test('several digits are forgotten when the drawing changes', () => {
  const playing = started(), { game, score } = playing;
  const asked = play(playing, digit => {
    game.guess(null, '42');
    game.guess(prediction((digit + 1) % 10));
  }, ...Array(9).fill(right(game)));
  assert.deepEqual(score.all('li').map(item => item.textContent), [`${asked[0]} Predicted as ${(asked[0] + 1) % 10}.`]);
});
