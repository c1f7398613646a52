// @ts-check
// The images of a data set, all or those with one label.

import { get } from '../api.js';
import { digitPicture } from '../digit.js';
import { h } from '../dom.js';
import { pagedImages } from '../paged.js';

/** @import { Dataset } from '../types.d.ts' */

/** Creates a list of the images of a data set, which is loaded when the user opens it. @param {Dataset} set @param {string} name */
export function datasetImages(set, name) {
  const list = pagedImages(async (page, pageSize) => {
    /** @type {{ total: number, images: { index: number, label: number, image: string }[] }} */
    const found = await get(`/datasets/${set.id}/images?page=${page}&pageSize=${pageSize}${label.value && `&label=${label.value}`}`);
    return { total: found.total, items: found.images.map(each => h('li', {}, digitPicture(each.image, `Image ${each.index}, labeled ${each.label}`), h('span', {}, each.label))) };
  });
  const label = h('select', { 'aria-label': `Label of the images of ${name}`, onchange: () => list.show() },
    h('option', { value: '' }, 'all digits'), Array.from({ length: 10 }, (_, digit) => h('option', { value: `${digit}` }, `${digit}`)));
  return h('details', { ontoggle: event => event.target.open && list.isEmpty && list.show() }, h('summary', { 'aria-label': `Show the images of ${name}` }, 'Show the images'), h('p', {}, label), list.parts);
}
