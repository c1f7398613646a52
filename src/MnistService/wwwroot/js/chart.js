// @ts-check
// SVG line charts for training curves and calibration. No library is used, because the code of the whole page is smaller than a chart library.

import { h, svg } from './dom.js';

/** @import { Axis, Series } from './types.d.ts' */

const WIDTH = 480, HEIGHT = 240, LEFT = 84, RIGHT = 24, TOP = 10, BOTTOM = 34;

/**
 * Creates a line chart. The colors are assigned to the lines in order; lines with the same `of` share a color.
 * @param {{ title: string, series: Series[], x: Axis, y: Axis }} parts
 */
export function chart({ title, series, x, y }) {
  const points = series.flatMap(line => line.points);
  const xs = axis(points.map(p => p[0]), x), ys = axis(points.map(p => p[1]), y);
  const across = value => LEFT + (value - xs.from) / (xs.to - xs.from) * (WIDTH - LEFT - RIGHT);
  const up = value => HEIGHT - BOTTOM - (value - ys.from) / (ys.to - ys.from) * (HEIGHT - TOP - BOTTOM);
  const colors = [...new Set(series.map(line => line.of ?? line.name))];
  const color = line => `line${colors.indexOf(line.of ?? line.name) % 6}`;

  const picture = svg('svg', { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': describe(title, series, x, y) });
  for (const tick of ys.ticks) {
    picture.append(svg('line', { class: 'grid', x1: LEFT, x2: WIDTH - RIGHT, y1: up(tick), y2: up(tick) }),
      svg('text', { x: LEFT - 6, y: up(tick) + 4, 'text-anchor': 'end' }, format(tick, y)));
  }
  for (const tick of xs.ticks)
    picture.append(svg('text', { x: across(tick), y: HEIGHT - BOTTOM + 16, 'text-anchor': 'middle' }, format(tick, x)));
  picture.append(svg('text', { class: 'axis', x: WIDTH - RIGHT, y: HEIGHT - 4, 'text-anchor': 'end' }, x.label));
  for (const line of series) {
    const path = line.points.map(([px, py], i) => `${i ? 'L' : 'M'}${across(px).toFixed(1)} ${up(py).toFixed(1)}`).join('');
    picture.append(svg('path', { class: `line ${color(line)}${line.dashed ? ' dashed' : ''}`, d: path }));
    if (line.dots || line.points.length === 1) {
      for (const [px, py] of line.points)
        picture.append(svg('circle', { class: `dot ${color(line)}`, cx: across(px), cy: up(py), r: 3.5 }, svg('title', {}, `${format(px, x)}: ${format(py, y)}`)));
    }
  }
  return h('figure', { class: 'chart' }, h('figcaption', {}, title), picture,
    h('ul', { class: 'legend' }, series.map(line => h('li', { class: `${color(line)}${line.dashed ? ' dashed' : ''}` }, line.name))));
}

/** @param {number} value @param {Axis} axis */
const format = (value, { format: text }) => text ? text(value) : String(value);

/**
 * Describes a chart as text for screen readers: the first and the last point of each line.
 * @param {string} title
 * @param {Series[]} series
 * @param {Axis} x
 * @param {Axis} y
 */
export function describe(title, series, x, y) {
  const told = series.filter(line => line.points.length > 0).map(line => {
    const [first, last] = [line.points[0], line.points.at(-1)];
    return `${line.name}: from ${format(first[1], y)} at ${format(first[0], x)} to ${format(last[1], y)} at ${format(last[0], x)}`;
  });
  return `${title} by ${x.label}. ${told.join('. ') || 'No data yet'}.`;
}

/**
 * Returns the bounds of an axis that includes the values, and ticks at round numbers.
 * @param {number[]} values
 * @param {Axis} bounds
 */
export function axis(values, { from, to, whole }) {
  let low = from ?? Math.min(...values), high = to ?? Math.max(...values);
  if (!Number.isFinite(low) || !Number.isFinite(high)) [low, high] = [from ?? 0, to ?? 1];
  if (low === high) { // all values are equal: widens the range at each end that has no given bound
    const room = whole ? 1 : Math.abs(low || 1) * 0.05;
    if (from == null) low -= room;
    if (to == null) high += room;
  }
  const rough = (high - low) / 4, power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(whole ? 1 : 0, [1, 2, 5, 10].map(n => n * power).find(s => s >= rough));
  const first = from == null ? Math.floor(low / step) * step : low;
  const last = to == null ? Math.ceil(high / step - 1e-9) * step : high;
  const ticks = [];
  for (let tick = Math.ceil(first / step - 1e-9) * step; tick <= last + step * 1e-6; tick += step) ticks.push(Number(tick.toPrecision(12)));
  return whole ? { from: low, to: high, ticks: ticks.filter(t => t >= low && t <= high) } : { from: first, to: last, ticks };
}
