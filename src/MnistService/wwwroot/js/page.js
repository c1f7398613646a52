// The page's views: one is shown, by the address's hash. The code of each comes when it is first opened.

import { $ } from './dom.js';
import { start } from './status.js';

const views = {
  draw: () => import('./draw/draw.js'),
  pictures: () => import('./pictures.js'),
  submissions: () => import('./submissions.js'),
  training: () => import('./training/training.js'),
  models: () => import('./models.js'),
};

let shown = null; // { name, module }
let isNew = false; // asked for by a link, and not by the way back

/** @returns the view that an address names: `#models?a=…` is models. */
function named() {
  const [name, query] = location.hash.slice(1).split('?');
  return { name: name in views ? name : 'draw', query: new URLSearchParams(query) };
}

async function show() {
  const { name, query } = named(), fresh = isNew;
  isNew = false;
  if (shown && shown.name !== name) shown.module?.leave?.();
  shown = { name };
  for (const other of Object.keys(views)) $(other).hidden = other !== name;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${headingOf(name).textContent} – MnistService`;
  const module = await views[name]();
  if (shown.name !== name) return; // meanwhile another was asked for
  shown.module = module;
  $(name).inert = false; // before, nothing would have taken a click or a file
  if (fresh) {
    headingOf(name).focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  module.enter?.(query);
}

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
