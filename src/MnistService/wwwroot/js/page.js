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

async function show({ focus = true } = {}) {
  const [name, query] = location.hash.slice(1).split('?');
  const view = name in views ? name : 'draw';
  for (const other of Object.keys(views)) $(other).hidden = other !== view;
  for (const link of document.querySelectorAll('nav a')) {
    if (link.hash === `#${view}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  const heading = $(view).querySelector('h2');
  document.title = `${heading.textContent} – MnistService`;
  if (focus) {
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
  const module = await views[view]();
  $(view).inert = false; // before, nothing would have taken a click or a file
  module.enter?.(new URLSearchParams(query));
}

addEventListener('hashchange', () => show());
for (const kind of ['dragover', 'drop']) addEventListener(kind, event => event.preventDefault()); // a file beside its place must not replace the page
show({ focus: false });
start();
