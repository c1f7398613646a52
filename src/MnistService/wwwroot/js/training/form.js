// @ts-check
// The form for a new job. The service provides the defaults and ranges.

import { get, post } from '../api.js';
import { $, h, keepFocus, plural, showError } from '../dom.js';
import { named } from '../text.js';

/** @import { Dataset, Field, Model, ModelStore, Recipe } from '../types.d.ts' */

const PLAIN = ['epochs']; // hyperparameters that the form shows outside the advanced settings
const OMITTED = ['steps']; // hyperparameters that the form does not offer, because epochs and steps exclude each other

// Name of the check boxes that select the data sets of a mixture, and prefix of the names of their weights.
const MIX = 'mix';

/** @type {Recipe | null} */
let recipe = null;
/** @type {Dataset[]} */
let datasets = [];
/** @type {Model[]} */
let models = [];
/** @type {string | null} */
let current = null; // id of the serving model

/** Adds the event handlers of the form, which is disabled until loadForm has succeeded. @param {(job: any) => void} started called with the new job. */
export function makeForm(started) {
  $('train-form').addEventListener('submit', async event => {
    event.preventDefault();
    const button = $('train-start');
    showProblem(null);
    if (!isTyped()) return;
    button.disabled = true;
    try {
      started(await post('/train', requestOf(new FormData($('train-form')), recipe.fields)));
    } catch (error) {
      showProblem(error);
    } finally {
      button.disabled = false;
      keepFocus(button);
    }
  });
  $('train-form').addEventListener('reset', () => setTimeout(() => { // runs after the browser's reset, which does not restore values that this module set
    showProblem(null);
    $('train-data').value = 'mnist';
    delete $('train-mix').dataset.first;
    showMix();
    delete $('train-batchSize').dataset.suggested;
    showMode();
    showData();
  }));
  $('train-mode').addEventListener('change', showMode);
  $('train-data').addEventListener('change', () => {
    showMix();
    suggestForData();
  });
  $('train-network').addEventListener('change', () => suggestForData());
  $('train-form').addEventListener('input', event => {
    if (['train-batchSize', 'train-start-from'].includes(/** @type {Element} */ (event.target).id)) $('train-batchSize').dataset.suggested = 'no';
  });
}

/**
 * Fills the form with the hyperparameters, and with the data sets and models to choose from. On failure, the form shows the reason and is disabled.
 * @param {string} [data] id of the data set to choose.
 * @returns {Promise<Dataset[]>} the data sets.
 */
export async function loadForm(data) {
  try {
    if (!recipe) {
      recipe = await get('/train/recipe');
      for (const each of recipe.fields.filter(one => one.type !== 'string' && !OMITTED.includes(one.name))) {
        (PLAIN.includes(each.name) ? $('train-plain') : $('train-advanced')).append(field(each));
      }
    }
    const sets = await refreshChoices(data);
    if ($('train-fields').disabled) showError($('train-error'), null);
    $('train-fields').disabled = false;
    return sets;
  } catch (error) {
    $('train-fields').disabled = true;
    showError($('train-error'), error);
    throw error;
  }
}

/** @param {object} object @param {string} path @returns {any} */
const at = (object, path) => path.split('.').reduce((part, name) => part?.[name], object);

/** Rounds a number to four significant digits: 1/12 is shown as 0.08333. @param {number} value */
export const short = value => String(Number(value.toPrecision(4)));

/** @param {Field} definition */
function field({ name, title, type, unit, description }) {
  const value = at(recipe.settings, name), bound = recipe.bounds[name];
  const range = bound && `${bound.leastExcluded ? 'above ' : ''}${bound.least} to ${bound.most}`;
  const hint = [[range, unit && `(${unit})`].filter(Boolean).join(' '), `recommended ${short(value)}`].filter(Boolean).join('; ');
  return h('div', { class: 'field', 'data-field': name },
    h('label', { for: `train-${name}`, title: description.replaceAll('`', '') }, title),
    h('input', { id: `train-${name}`, name, type: 'number', step: type === 'integer' ? 1 : 'any', min: bound?.least, max: bound?.most, placeholder: short(value), 'aria-describedby': `train-${name}-hint` }),
    h('span', { class: 'hint', id: `train-${name}-hint` }, hint));
}

/**
 * Updates the lists of data sets and models.
 * @param {string} [data] id of the data set to choose; by default, the choice does not change.
 * @returns {Promise<Dataset[]>} the data sets.
 */
export async function refreshChoices(data) {
  const [sets, store] = await Promise.all([get('/datasets'), get('/models').catch(withoutModels)]);
  ({ datasets } = sets);
  ({ models, current } = store);
  const kept = { data: data ?? $('train-data').value, start: $('train-start-from').value };
  $('train-data').replaceChildren(...datasets.map(set => h('option', { value: set.id }, `${named(set.name, set.id)} (${plural(set.images, 'image')})`)));
  $('train-start-from').replaceChildren(h('option', { value: '' }, 'random'),
    ...models.map(model => h('option', { value: model.id }, `${named(model.name, model.id)} (${model.network})`)));
  $('train-data').value = datasets.some(set => set.id === kept.data) ? kept.data : 'mnist';
  $('train-start-from').value = models.some(model => model.id === kept.start) ? kept.start : '';
  showMix();
  const isAnother = kept.data !== '' && $('train-data').value !== kept.data; // the data set was deleted
  if (data || isAnother) suggestForData();
  else showData();
  return datasets;
}

/**
 * Lists the data sets that can be mixed with the chosen data set. The selection is kept while the same data set is chosen. By default, MNIST is mixed with the
 * data set `strokes`.
 */
function showMix() {
  const isSame = $('train-mix').dataset.first === $('train-data').value;
  const boxes = /** @type {NodeListOf<HTMLInputElement>} */ ($('train-mix').querySelectorAll('input[type=checkbox]:checked'));
  const chosen = new Set(isSame ? [...boxes].map(box => box.value) : $('train-data').value === 'mnist' ? ['strokes'] : []);
  const weights = Object.fromEntries(!isSame ? [] : [.../** @type {NodeListOf<HTMLInputElement>} */ ($('train-mix').querySelectorAll('input[type=number]'))].map(input => [input.name, input.value]));
  const first = datasets.find(set => set.id === $('train-data').value);
  $('train-mix').replaceChildren(...datasets.filter(set => set !== first).map(set => {
    const name = named(set.name, set.id), weight = `${MIX}.weight.${set.id}`;
    return h('div', { class: 'mix' },
      h('label', {}, h('input', { type: 'checkbox', name: MIX, value: set.id, checked: chosen.has(set.id) }), ` ${name}`),
      h('input', {
        id: weight, type: 'number', name: weight, min: 0.001, max: 100, step: 'any', value: weights[weight] ?? '', placeholder: 'auto',
        'aria-label': `Weight of ${name}`, 'aria-describedby': 'train-mix-hint',
      }));
  }));
  $('train-mix-hint').textContent = first ? `The number is the weight: images of the data set per image of ${named(first.name, first.id)}. The default depends on the sizes of both data sets.` : '';
  $('train-mix').dataset.first = $('train-data').value;
}

/** Returns an empty list of models if the API key permits training but not listing models. Throws other errors. @param {any} error @returns {ModelStore} */
function withoutModels(error) {
  if (error.code !== 'scope_missing') throw error;
  return { models: [], current: null };
}

/** Returns the number of training images of the chosen data set, without the images that are held out for validation. */
function learned() {
  const set = datasets.find(each => each.id === $('train-data').value);
  return set ? set.images - Math.round(set.images * recipe.settings.validation) : Infinity;
}

/**
 * Returns a batch size: the largest power of two with which the images fill at least two batches.
 * @param {number} images
 * @param {number} least lower bound of the result.
 */
export const batchSizeFor = (images, least) => Math.max(least, 2 ** Math.floor(Math.log2(images / 2)));

/** If the chosen data set does not fill a batch of the recommended size, suggests a smaller batch size and a trained model to start from. */
function suggestForData() {
  const batch = $('train-batchSize'), start = $('train-start-from');
  const isSmall = learned() < recipe.settings.batchSize;
  if (batch.dataset.suggested !== 'no' && (isSmall || batch.dataset.suggested)) { // never overwrites a typed value
    const fits = models.filter(model => model.network === $('train-network').value);
    batch.value = isSmall ? `${batchSizeFor(learned(), recipe.bounds.batchSize.least)}` : '';
    start.value = isSmall ? (fits.find(model => model.id === current) ?? fits[0])?.id ?? '' : '';
    batch.dataset.suggested = isSmall ? 'yes' : '';
  }
  showData();
}

function showData() {
  $('train-data-hint').textContent = learned() < recipe.settings.batchSize
    ? 'Few images: use a small batch size and start from a trained model (“Advanced settings”).' : '';
}

function showMode() {
  const distorts = $('train-mode').value === 'generator';
  for (const part of /** @type {NodeListOf<HTMLElement>} */ ($('train-advanced').querySelectorAll('[data-field^="augmentation"]'))) part.hidden = !distorts;
}

/** Returns whether all numbers are valid, and shows errors. The browser would send an invalid number as an empty field. */
function isTyped() {
  const bad = [.../** @type {NodeListOf<HTMLInputElement>} */ ($('train-form').querySelectorAll('input[type=number]'))]
    .filter(input => (input.validity.badInput || input.validity.stepMismatch) && !input.closest('[hidden]') && input.closest('.mix')?.querySelector(':checked') !== null); // hidden fields are not sent
  for (const input of bad) showFieldError(input, input.validity.badInput ? 'The value is not a number. Enter a number.' : 'The value is not a whole number. Enter a whole number.');
  bad[0]?.focus();
  return bad.length === 0;
}

/**
 * Returns the body of the request for a job. It contains only filled-in fields, so that the service uses its recommended values for the others.
 * @param {FormData} form
 * @param {Field[]} fields definitions of the hyperparameters.
 */
export function requestOf(form, fields) {
  const numbers = new Set(fields.filter(field => field.type !== 'string').map(field => field.name));
  /** @type {Record<string, any>} */
  const body = {};
  for (const [name, value] of form) {
    if (value === '' || name.startsWith(MIX)) continue;
    const [outer, inner] = name.split('.');
    if (inner && form.get('mode') === 'dataset') continue;
    const typed = numbers.has(name) ? Number(value) : value;
    if (inner) (body[outer] ??= {})[inner] = typed;
    else body[outer] = typed;
  }
  const mixed = form.getAll(MIX).map(String);
  if (mixed.length > 0) {
    body.data = [body.data, ...mixed.map(id => {
      const weight = form.get(`${MIX}.weight.${id}`);
      return weight ? { id, weight: Number(weight) } : id;
    })];
  }
  return body;
}

/** Shows the error of each field next to it, and other errors at the end of the form. @param {any} error */
function showProblem(error) {
  for (const told of $('train-form').querySelectorAll('.field .error')) told.remove();
  for (const input of $('train-form').querySelectorAll('[aria-invalid]')) {
    input.removeAttribute('aria-invalid');
    input.setAttribute('aria-describedby', input.getAttribute('aria-describedby').split(' ').filter(id => !id.endsWith('-error')).join(' '));
  }
  const placed = Object.entries(error?.fields ?? {}).map(([name, message]) => {
    const input = /** @type {HTMLElement | null} */ ($('train-form').querySelector(`[data-field="${CSS.escape(name)}"] :is(input, select)`));
    if (input) showFieldError(input, message);
    return input;
  });
  const isPlaced = placed.length > 0 && placed.every(Boolean);
  showError($('train-error'), isPlaced ? { title: error.title, message: 'Correct the marked fields.' } : error);
  placed.find(Boolean)?.focus();
}

/** @param {HTMLElement} input @param {string} message */
function showFieldError(input, message) {
  const id = `${input.id}-error`;
  input.setAttribute('aria-invalid', 'true');
  input.setAttribute('aria-describedby', `${input.getAttribute('aria-describedby') ?? ''} ${id}`.trim());
  input.closest('details')?.setAttribute('open', '');
  input.closest('.field').append(h('span', { class: 'error', id }, message));
}
