// @ts-check
// Router: shows the view that the URL's hash names, and loads its module on first use.

import { events } from './api.js';
import { $, showError } from './dom.js';
import { start } from './status.js';

const RETRY_AFTER = 2000; // milliseconds

/**
 * The module of each view. A module can export three functions. enter(query) is called when the view is shown, leave() when another view is shown. resume() is
 * called when the service is ready again or another key was entered, to repeat failed requests.
 */
const views = {
  draw: './draw/draw.js',
  pictures: './pictures/pictures.js',
  submissions: './submissions.js',
  training: './training/training.js',
  models: './models.js',
};

/** @typedef {{ name: string, module?: { enter?(query: URLSearchParams): unknown, leave?(): void, resume?(): unknown } }} View */

/** @type {View | null} */
let shown = null;
/** @type {Record<string, number>} */
const failures = {}; // view name -> number of failed module loads
let isNew = false; // whether the next navigation is by a link and not by the Back button

/** @returns the name of the view in the address and its query: `#models?a=…` names the view models. */
function named() {
  const [typed, query] = location.hash.slice(1).split('?');
  const name = typed === 'images' ? 'pictures' : typed; // alias: users type the name in the navigation
  return { name: name in views ? name : 'draw', query: new URLSearchParams(query) };
}

async function show() {
  const { name } = named(), fresh = isNew;
  isNew = false;
  if (shown && shown.name !== name) shown.module?.leave?.();
  shown = { name };
  for (const other of Object.keys(views)) $(other).hidden = other !== name;
  for (const link of /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll('nav a'))) {
    if (link.hash === `#${name}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  document.title = `${headingOf(name).textContent} – MnistService`;
  showError($('view-error'), null);
  await load(shown, fresh);
}

/** @param {View} view @param {boolean} fresh */
async function load(view, fresh) {
  const { name } = view;
  try {
    // A browser may cache a failed import by URL, so a retry needs a different URL.
    const module = await import(failures[name] ? `${views[name]}?retry=${failures[name]}` : views[name]);
    if (shown !== view) return; // the user has opened another view
    view.module = module;
    $(name).inert = false; // the view was inert, because it had no handlers for clicks and files before
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
    showError($('view-error'), { title: 'This view could not be loaded', message: 'Retrying… If the view does not appear, reload the page.' });
    setTimeout(() => shown === view && load(view, fresh), RETRY_AFTER);
  }
}

for (const type of ['back', 'keyed']) events.addEventListener(type, () => shown.module?.resume?.());

/** @param {string} name */
const headingOf = name => $(name).querySelector('h2');

addEventListener('hashchange', show);
document.addEventListener('click', event => {
  const link = /** @type {HTMLAnchorElement | null} */ (/** @type {Element} */ (event.target).closest?.('a[href^="#"]'));
  if (link && link.hash !== location.hash) isNew = true;
});
$('skip').addEventListener('click', event => {
  event.preventDefault(); // the link's hash is not a view
  isNew = false;
  headingOf(shown.name).focus();
});
for (const kind of ['dragover', 'drop']) addEventListener(kind, event => event.preventDefault()); // a file dropped outside a drop zone must not replace the page
show();
start();
