// The page's views: one is shown, by the address's hash. The code of each comes when it is first opened.

import { events } from './api.js';
import { $, showError } from './dom.js';
import { start } from './status.js';

const RETRY_AFTER = 2000; // milliseconds

/**
 * The module of each view exports what it needs of: enter(query), called when the view is shown; leave(), when another one is; resume(), when the service is back or
 * another key was entered, to load what could not be loaded before.
 */
const views = {
  draw: './draw/draw.js',
  pictures: './pictures.js',
  submissions: './submissions.js',
  training: './training/training.js',
  models: './models.js',
};

let shown = null; // { name, module }
const failures = {}; // how often a view's module could not be loaded
let isNew = false; // asked for by a link, and not by the way back

/** @returns the view that an address names: `#models?a=…` is models. */
function named() {
  const [name, query] = location.hash.slice(1).split('?');
  return { name: name in views ? name : 'draw', query: new URLSearchParams(query) };
}

async function show() {
  const { name } = named(), fresh = isNew;
  isNew = false;
  if (shown && shown.name !== name) shown.module?.leave?.();
  shown = { name };
  for (const other of Object.keys(views)) $(other).hidden = other !== name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${headingOf(name).textContent} – MnistService`;
  showError($('view-error'), null);
  await load(shown, fresh);
}

async function load(view, fresh) {
  const { name } = view;
  try {
    // A browser may keep the failure under its address, so another try needs another one.
    const module = await import(failures[name] ? `${views[name]}?retry=${failures[name]}` : views[name]);
    if (shown !== view) return; // another view was opened meanwhile
    view.module = module;
    $(name).inert = false; // before, nothing would have taken a click or a file
    showError($('view-error'), null);
    if (fresh) {
      headingOf(name).focus({ preventScroll: true });
      scrollTo(0, 0);
    }
    await module.enter?.(named().query);
  } catch (error) {
    if (shown !== view) return;
    if (view.module) {
      showError($('view-error'), error);
      return;
    }
    failures[name] = (failures[name] ?? 0) + 1;
    showError($('view-error'), { title: 'This view could not be loaded', message: 'Retrying… If it does not appear, reload the page.' });
    setTimeout(() => shown === view && load(view, fresh), RETRY_AFTER);
  }
}

for (const type of ['back', 'keyed']) events.addEventListener(type, () => shown.module?.resume?.());

const headingOf = name => $(name).querySelector('h2');

addEventListener('hashchange', show);
document.addEventListener('click', event => {
  const link = event.target.closest?.('a[href^="#"]');
  if (link && link.hash !== location.hash) isNew = true;
});
$('skip').addEventListener('click', event => {
  event.preventDefault(); // it is no view of its own
  isNew = false;
  headingOf(shown.name).focus();
});
for (const kind of ['dragover', 'drop']) addEventListener(kind, event => event.preventDefault()); // a file beside its place must not replace the page
show();
start();
