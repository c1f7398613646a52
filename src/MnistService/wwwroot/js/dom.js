// @ts-check
// Shared helpers for DOM elements, number formats and messages.

import { askForKey } from './api.js';

/** @import { ElementOf, Failure } from './types.d.ts' */

/**
 * Creates an element, for example h('p', { class: 'hint' }, 'text', child). A property that is a function becomes an event listener. The value true sets an
 * empty attribute; false, null and undefined set no attribute.
 * @template {keyof HTMLElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} properties
 * @param {any[]} children
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter(child => child != null && child !== false));
  return element;
}

/**
 * Creates an SVG element.
 * @template {keyof SVGElementTagNameMap} Tag
 * @param {Tag} tag
 * @param {Record<string, any>} attributes
 * @param {any[]} children
 */
export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.flat());
  return element;
}

/** @type {<Id extends string>(id: Id) => ElementOf<Id>} */
export const $ = id => /** @type {any} */ (document.getElementById(id));

/** @param {number | null | undefined} value a fraction from 0 to 1. */
export const percent = (value, digits = 1) => value == null ? '–' : `${(100 * value).toFixed(digits)} %`;

/** @param {number} value */
export const count = value => value.toLocaleString('en');

/** @param {string | null | undefined} time */
export const when = time => time ? new Date(time).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' }) : '–';

/** @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds == null || !Number.isFinite(seconds)) return '–';
  if (seconds < 1) return `${Math.round(1000 * seconds)} ms`;
  if (seconds < 10) return `${seconds.toFixed(1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? `${minutes} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/**
 * Shows an error. If the request needs another API key, also shows a button to enter it. Without an error, clears and hides the element.
 * @param {HTMLElement} place
 * @param {Failure | null} [error]
 */
export function showError(place, error) {
  place.replaceChildren();
  place.hidden = !error;
  if (!error) return;
  place.append(h('strong', {}, error.title ? `${error.title}. ` : ''), error.message);
  if (error.needsKey) place.append(' ', h('button', { type: 'button', class: 'link', onclick: () => askForKey(error) }, 'Enter another key'));
}

/**
 * Moves the focus to the first usable element if the focused element was removed, hidden or disabled.
 * @param {...any} places elements in order of preference; null and undefined are ignored.
 */
export function keepFocus(...places) {
  const focused = /** @type {HTMLButtonElement | null} */ (document.activeElement);
  const lost = !focused || focused === document.body || focused.disabled || !focused.checkVisibility();
  if (lost) places.find(place => place && !place.disabled && place.checkVisibility())?.focus({ preventScroll: true });
}

/** @param {number} n @param {string} one @param {string} [many] */
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** @param {string} name @param {Blob} blob */
export function download(name, blob) {
  const link = h('a', { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Accepts files from a file input and from drag and drop.
 * @param {HTMLElement} zone
 * @param {HTMLInputElement} input
 * @param {(files: File[]) => void} take
 */
export function acceptFiles(zone, input, take) {
  input.addEventListener('change', () => {
    if (input.files.length > 0) take([...input.files]);
    input.value = ''; // so that selecting the same file again fires a change event
  });
  zone.addEventListener('dragover', event => {
    event.preventDefault();
    zone.classList.add('over');
  });
  zone.addEventListener('dragleave', () => zone.classList.remove('over'));
  zone.addEventListener('drop', event => {
    event.preventDefault();
    zone.classList.remove('over');
    if (event.dataTransfer.files.length > 0) take([...event.dataTransfer.files]);
  });
}
