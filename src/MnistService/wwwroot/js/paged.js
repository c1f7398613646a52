// @ts-check
// A list of images in pages, with buttons for the previous and the next page.

import { h, keepFocus, showError } from './dom.js';

const PAGE = 24; // images per page

/**
 * Creates a list of images in pages. The list is empty until show is called.
 * @param {(page: number, pageSize: number) => Promise<{ total: number, items: HTMLElement[] }>} load returns the items of a page, and the number of items on all pages.
 */
export function pagedImages(load) {
  const images = h('ul', { class: 'digits' }), pages = h('p', { class: 'actions' }), error = h('p', { class: 'error', role: 'alert', hidden: true });
  let page = 1, latest = 0; // latest: number of the latest request; responses to earlier requests are ignored
  /** @param {number} wanted page number, from 1. */
  const show = async wanted => {
    const mine = ++latest;
    try {
      const { total, items } = await load(wanted, PAGE);
      if (mine !== latest) return;
      page = wanted;
      showError(error, null);
      images.replaceChildren(...items);
      const last = Math.max(1, Math.ceil(total / PAGE));
      pages.replaceChildren(...last > 1 ? [
        h('button', { type: 'button', disabled: page === 1, onclick: () => turn(-1) }, 'Previous'),
        h('span', {}, `${(page - 1) * PAGE + 1}–${Math.min(total, page * PAGE)} of ${total}`),
        h('button', { type: 'button', disabled: page >= last, onclick: () => turn(1) }, 'Next')] : total === 0 ? ['No images.'] : []);
    } catch (failure) {
      if (mine === latest) showError(error, failure);
    }
  };
  const turn = async (/** @type {number} */ by) => {
    await show(page + by);
    keepFocus(...pages.querySelectorAll('button'));
  };
  return {
    parts: [error, images, pages],
    get isEmpty() { return images.children.length === 0; },
    /** Shows the first page. */
    show: () => show(1),
  };
}
