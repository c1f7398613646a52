import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Pad, penPoint } from '../../src/MnistService/wwwroot/js/draw/pad.js';
import { stages } from '../../src/MnistService/wwwroot/js/draw/reader.js';

const PEN = 22; // pixels: width of the pen at rest

Object.assign(globalThis, {
  window: { devicePixelRatio: 1 },
  matchMedia: () => new EventTarget(),
  getComputedStyle: () => ({ color: 'black' }),
});

/** A canvas of 140×140 pixels in the window, half the size of the pad, that records what is drawn since it was last cleared. */
class Canvas extends EventTarget {
  drawn = [];

  getContext() {
    return {
      scale() {}, beginPath() {}, fill() {}, stroke() {}, lineTo() {},
      clearRect: () => this.drawn = [],
      arc: (x, y) => this.drawn.push(['dot', x, y]),
      moveTo: (x, y) => this.drawn.push(['from', x, y]),
      quadraticCurveTo: (cx, cy, x, y) => this.drawn.push(['curve', cx, cy, x, y]),
    };
  }

  getBoundingClientRect() { return { left: 10, top: 20, width: 140, height: 140 }; }
  focus() {}
  setPointerCapture() {}
  matches() { return false; }

  pointer(type, clientX, clientY, pointerId = 1) {
    this.dispatchEvent(Object.assign(new Event(type), { clientX, clientY, pointerId, pointerType: 'mouse', pressure: 0.5, button: 0 }));
  }

  press(key, more = {}) { this.dispatchEvent(Object.assign(new Event('keydown'), { key, ...more })); }
}

function drawing() {
  const canvas = new Canvas(), pad = new Pad(/** @type {any} */ (canvas));
  return { canvas, pad };
}

const at = (clientX, clientY, timeStamp = 0, more = {}) => ({ clientX, clientY, timeStamp, pointerType: 'mouse', pressure: 0.5, ...more });

test('a position in the window becomes one on the pad', () => {
  const box = { left: 10, top: 20, width: 140, height: 70 };
  assert.deepEqual(penPoint(at(10, 20), box), { x: 0, y: 0, width: PEN, time: 0 });
  assert.deepEqual(penPoint(at(150, 90, 5), box), { x: 280, y: 280, width: PEN, time: 5 });
  assert.deepEqual(penPoint(at(80, 55), box), { x: 140, y: 140, width: PEN, time: 0 });
});

test('the pressure of a pen sets the width, that of a mouse does not', () => {
  const box = { left: 0, top: 0, width: 280, height: 280 };
  assert.equal(penPoint(at(0, 0, 0, { pointerType: 'pen', pressure: 1 }), box).width, 1.5 * PEN);
  assert.equal(penPoint(at(0, 0, 0, { pointerType: 'pen', pressure: 0.25 }), box).width, 0.75 * PEN);
  assert.equal(penPoint(at(0, 0, 0, { pointerType: 'pen', pressure: 0 }), box).width, PEN);
  assert.equal(penPoint(at(0, 0, 0, { pressure: 1 }), box).width, PEN);
});

test('a fast stroke becomes thinner, a slow one wider, both gradually', () => {
  const box = { left: 0, top: 0, width: 280, height: 280 }, first = { x: 0, y: 0, width: PEN, time: 0 };
  const fast = penPoint(at(100, 0, 10), box, first).width, slow = penPoint(at(1, 0, 100), box, first).width;
  assert.ok(fast < PEN && fast > 0.8 * PEN, `${fast}`);
  assert.ok(slow > PEN && slow < 1.15 * PEN, `${slow}`);
  let point = first;
  for (let i = 1; i < 100; i++) point = penPoint(at(100 * i, 0, 10 * i), box, point);
  assert.ok(Math.abs(point.width - 0.8 * PEN) < 0.01, `${point.width}`);
});

test('a stroke is a dot and curves between the middles of its points', () => {
  const { canvas } = drawing();
  canvas.pointer('pointerdown', 10, 20);
  canvas.pointer('pointermove', 20, 20);
  canvas.pointer('pointermove', 30, 40);
  assert.deepEqual(canvas.drawn, [['dot', 0, 0], ['from', 0, 0], ['curve', 20, 0, 30, 20], ['from', 30, 20], ['curve', 40, 40, 40, 40]]);
});

test('strokes are undone one by one, and a cleared pad is empty', () => {
  const { canvas, pad } = drawing();
  let changes = 0, lifts = 0;
  pad.addEventListener('change', () => changes++);
  pad.addEventListener('lift', () => lifts++);
  for (const x of [20, 40, 60]) {
    canvas.pointer('pointerdown', x, 20);
    assert.ok(pad.isDrawing);
    canvas.pointer('pointerup', x, 20);
  }
  assert.deepEqual([changes, lifts, pad.isDrawing, pad.isEmpty], [3, 3, false, false]);
  pad.undo();
  assert.deepEqual(canvas.drawn, [['dot', 20, 0], ['dot', 60, 0]]);
  canvas.press('z', { ctrlKey: true });
  assert.deepEqual(canvas.drawn, [['dot', 20, 0]]);
  canvas.press('Backspace');
  assert.ok(pad.isEmpty);
  pad.undo(); // nothing is left
  canvas.pointer('pointerdown', 20, 20);
  canvas.press('Escape');
  assert.deepEqual([pad.isEmpty, pad.isDrawing, canvas.drawn], [true, false, []]);
});

test('a second pointer neither draws nor ends the stroke', () => {
  const { canvas, pad } = drawing();
  canvas.pointer('pointerdown', 10, 20);
  canvas.pointer('pointerdown', 100, 100, 2);
  canvas.pointer('pointermove', 110, 100, 2);
  canvas.pointer('pointerup', 110, 100, 2);
  assert.deepEqual([pad.isDrawing, canvas.drawn], [true, [['dot', 0, 0]]]);
});

test('arrow keys move the pen within the pad', () => {
  const { canvas, pad } = drawing();
  canvas.press(' ');
  canvas.press('ArrowRight');
  canvas.press('ArrowDown', { shiftKey: true });
  assert.deepEqual(canvas.drawn.filter(([kind]) => kind === 'curve'), [['curve', 148, 140, 148, 141], ['curve', 148, 142, 148, 142]]);
  for (let i = 0; i < 50; i++) canvas.press('ArrowLeft');
  assert.deepEqual(canvas.drawn.filter(([kind]) => kind === 'curve').at(-1), ['curve', PEN / 2, 142, PEN / 2, 142]);
  canvas.press(' ');
  assert.ok(!pad.isDrawing);
});

test('the transfer is the part of the time that the service does not report', () => {
  const response = header => new Response(null, { headers: header ? { 'Server-Timing': header } : {} });
  assert.deepEqual(stages(response('decode;dur=1.5, queue;dur=0.25, compute;dur=2'), 10), { decode: 1.5, queue: 0.25, compute: 2, transfer: 6.25, total: 10 });
  assert.equal(stages(response('decode;dur=5'), 4).transfer, 0);
  assert.deepEqual(stages(response(null), 4), { decode: 0, queue: 0, compute: 0, transfer: 4, total: 4 });
});
