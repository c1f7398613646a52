// @ts-check
// A drawing pad for mouse, finger, pen and arrow keys, with smoothed strokes and undo.

/** @import { PenPoint } from '../types.d.ts' */

const SIDE = 280; // side in pixels of the PNG, and of the pad's coordinate system
const PEN = 22; // pixels: width of the pen
const STEP = 8; // pixels per press of an arrow key

export class Pad extends EventTarget {
  #canvas;
  #context;
  /** @type {PenPoint[][]} */
  #strokes = [];
  /** @type {PenPoint[] | null} */
  #stroke = null; // the stroke in progress; null while the pen is up
  /** @type {number | null} */
  #pointer = null; // id of the pointer that draws; null while none draws
  #cursor = { x: SIDE / 2, y: SIDE / 2 };
  #keys = false;

  /**
   * Events: 'change' when the drawing has changed, 'lift' when a stroke ends, and 'key' when a key has lowered or lifted the pen.
   * @param {HTMLCanvasElement} canvas
   */
  constructor(canvas) {
    super();
    this.#canvas = canvas;
    this.#context = canvas.getContext('2d');
    const scale = Math.max(1, Math.min(3, window.devicePixelRatio));
    canvas.width = canvas.height = SIDE * scale;
    this.#context.scale(scale, scale);
    canvas.addEventListener('pointerdown', event => this.#down(event));
    canvas.addEventListener('pointermove', event => this.#move(event));
    for (const end of /** @type {const} */ (['pointerup', 'pointercancel'])) canvas.addEventListener(end, event => this.#up(event));
    canvas.addEventListener('keydown', event => this.#key(event));
    canvas.addEventListener('focus', () => this.#paint());
    canvas.addEventListener('blur', () => this.#lift());
    canvas.addEventListener('pointerdown', () => this.#keys = false, { capture: true });
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#paint());
    this.#paint();
  }

  get isEmpty() { return this.#strokes.length === 0; }

  get isDrawing() { return this.#stroke !== null; }

  undo() {
    this.#stroke = this.#pointer = null;
    this.#strokes.pop();
    this.#changed();
  }

  clear() {
    this.#stroke = this.#pointer = null; // also ends the stroke in progress
    this.#strokes = [];
    this.#changed();
  }

  /** Returns the drawing as a PNG, black on white regardless of the page's colors. @returns {Promise<Blob>} */
  toBlob() {
    const page = document.createElement('canvas');
    page.width = page.height = SIDE;
    const context = page.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, SIDE, SIDE);
    for (const stroke of this.#strokes) draw(context, stroke, '#000');
    return new Promise(resolve => page.toBlob(resolve, 'image/png'));
  }

  #changed() {
    this.#paint();
    this.dispatchEvent(new Event('change'));
  }

  #paint() {
    const { color } = getComputedStyle(this.#canvas);
    this.#context.clearRect(0, 0, SIDE, SIDE);
    for (const stroke of this.#strokes) draw(this.#context, stroke, color);
    if (this.#keys || this.#canvas.matches(':focus-visible')) cursor(this.#context, this.#cursor, this.#stroke !== null, getComputedStyle(this.#canvas));
  }

  /** @param {PenPoint} point */
  #begin(point) {
    this.#stroke = [point];
    this.#strokes.push(this.#stroke);
    this.#changed();
  }

  #lift() {
    const ended = this.#stroke !== null;
    this.#stroke = this.#pointer = null;
    this.#paint();
    if (ended) this.dispatchEvent(new Event('lift'));
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0 || this.#pointer !== null) return;
    event.preventDefault();
    this.#canvas.focus(/** @type {FocusOptions} */ ({ preventScroll: true, focusVisible: false })); // TypeScript lacks focusVisible
    this.#pointer = event.pointerId;
    this.#canvas.setPointerCapture(event.pointerId);
    this.#begin(penPoint(event, this.#canvas.getBoundingClientRect(), this.#stroke?.at(-1)));
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (event.pointerId !== this.#pointer) return;
    // The points that the browser coalesced between two frames keep a fast stroke smooth.
    const all = event.getCoalescedEvents?.() ?? [];
    const box = this.#canvas.getBoundingClientRect();
    for (const each of all.length > 0 ? all : [event]) this.#stroke.push(penPoint(each, box, this.#stroke.at(-1)));
    this.#changed();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (event.pointerId === this.#pointer) this.#lift();
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key === 'z') this.undo();
      return;
    }
    const direction = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (direction) this.#step(direction, event.shiftKey ? 2 : STEP);
    else if (event.key === ' ') this.#toggle();
    else if (event.key === 'Backspace') this.undo();
    else if (event.key === 'Escape' || event.key === 'Delete') this.clear();
    else return;
    event.preventDefault();
  }

  #toggle() {
    this.#keys = true;
    if (this.#stroke) this.#lift();
    else this.#begin(this.#here());
    this.dispatchEvent(new CustomEvent('key', { detail: this.#stroke ? 'pen down' : 'pen up' }));
  }

  /** @param {number[]} direction @param {number} step pixels */
  #step([across, down], step) {
    this.#keys = true;
    const within = value => Math.max(PEN / 2, Math.min(SIDE - PEN / 2, value));
    this.#cursor = { x: within(this.#cursor.x + across * step), y: within(this.#cursor.y + down * step) };
    if (!this.#stroke) return this.#paint();
    this.#stroke.push(this.#here());
    this.#changed();
  }

  #here() { return { ...this.#cursor, width: PEN, time: 0 }; }
}

/**
 * Returns the position of a pointer on the pad and the width of the pen there. The width depends on the pressure of a stylus, otherwise on the speed.
 * @param {Pick<PointerEvent, 'clientX' | 'clientY' | 'pointerType' | 'pressure' | 'timeStamp'>} event
 * @param {{ left: number, top: number, width: number, height: number }} box the rectangle of the canvas in the window, in CSS pixels.
 * @param {PenPoint} [before] the previous point of the stroke.
 * @returns {PenPoint}
 */
export function penPoint(event, box, before) {
  const x = (event.clientX - box.left) * SIDE / box.width, y = (event.clientY - box.top) * SIDE / box.height;
  let width = PEN;
  if (event.pointerType === 'pen' && event.pressure > 0) {
    width = PEN * (0.5 + event.pressure);
  } else if (before) {
    const speed = Math.hypot(x - before.x, y - before.y) / Math.max(1, event.timeStamp - before.time);
    width = before.width + 0.2 * (PEN * (1.15 - 0.35 * Math.min(1, speed / 1.5)) - before.width);
  }
  return { x, y, width, time: event.timeStamp };
}

/**
 * Draws a stroke as quadratic curves between the midpoints of its points. Each curve is as wide as the pen at its control point.
 * @param {CanvasRenderingContext2D} context
 * @param {PenPoint[]} points
 * @param {string} color
 */
function draw(context, points, color) {
  Object.assign(context, { strokeStyle: color, fillStyle: color, lineCap: 'round', lineJoin: 'round' });
  const [first] = points;
  context.beginPath();
  context.arc(first.x, first.y, first.width / 2, 0, 2 * Math.PI);
  context.fill();
  /** @type {{ x: number, y: number }} */
  let from = first;
  for (let i = 1; i < points.length; i++) {
    const point = points[i], next = points[i + 1];
    const to = next ? { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 } : point;
    context.lineWidth = point.width;
    context.beginPath();
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(point.x, point.y, to.x, to.y);
    context.stroke();
    from = to;
  }
}

/**
 * Draws the cursor of the arrow keys: a ring, with a cross while the pen is up.
 * @param {CanvasRenderingContext2D} context
 * @param {{ x: number, y: number }} at
 * @param {boolean} isDown
 * @param {CSSStyleDeclaration} style
 */
function cursor(context, { x, y }, isDown, { outlineColor, backgroundColor }) {
  for (const [strokeStyle, lineWidth] of [[backgroundColor, 6], [outlineColor, 3]]) {
    Object.assign(context, { strokeStyle, lineWidth });
    context.beginPath();
    context.arc(x, y, isDown ? PEN / 2 + 5 : PEN / 2, 0, 2 * Math.PI);
    if (!isDown) {
      context.moveTo(x - PEN, y);
      context.lineTo(x + PEN, y);
      context.moveTo(x, y - PEN);
      context.lineTo(x, y + PEN);
    }
    context.stroke();
  }
}
