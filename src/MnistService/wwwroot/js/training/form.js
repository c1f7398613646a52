// The form of a new job: made of the service's own recipe and bounds, so that it never says what the service does not.

import { get, post } from '../api.js';
import { $, h, showError } from '../dom.js';

const NUMBERS = {
  epochs: 'Passes over the pictures', batchSize: 'Pictures a step', learningRate: 'Learning rate at its peak', warmUp: 'Part of the steps in which it rises',
  weightDecay: 'Weight decay', labelSmoothing: 'Label smoothing', weightAverage: 'Weight average, decay a step', validation: 'Part held out', seed: 'Seed',
  'augmentation.rotation': 'Rotation, degrees', 'augmentation.zoom': 'Zoom', 'augmentation.shift': 'Shift, of the width', 'augmentation.shear': 'Shear',
  'augmentation.elastic': 'Elastic distortion, pixels', 'augmentation.until': 'Distort until this part of the run',
};
const PLAIN = ['epochs'];

let recipe;
let chosenData = null;

/** @param started called with the new job. */
export async function makeForm(started) {
  recipe = await get('/train/recipe');
  for (const name of Object.keys(NUMBERS)) (PLAIN.includes(name) ? $('train-plain') : $('train-advanced')).append(field(name));
  $('train-form').addEventListener('submit', async event => {
    event.preventDefault();
    const button = $('train-start');
    button.disabled = true;
    showProblem(null);
    try {
      started(await post('/train', request()));
    } catch (error) {
      showProblem(error);
    } finally {
      button.disabled = false;
    }
  });
  $('train-form').addEventListener('reset', () => showProblem(null));
  $('train-mode').addEventListener('change', showMode);
  await refreshChoices();
}

const at = (object, path) => path.split('.').reduce((part, name) => part?.[name], object);

/** Numbers as people write them: 1/12 is not 0.08333333333333333. */
const short = value => String(Number(value.toPrecision(4)));

function field(name) {
  const value = at(recipe.settings, name), bound = recipe.bounds[name];
  const hint = bound ? `${bound.leastExcluded ? 'above ' : ''}${bound.least} to ${bound.most}; recommended ${short(value)}` : `recommended ${value}`;
  return h('div', { class: 'field', 'data-field': name },
    h('label', { for: `train-${name}` }, NUMBERS[name]),
    h('input', { id: `train-${name}`, name, type: 'number', step: 'any', min: bound?.least, max: bound?.most, placeholder: short(value), 'aria-describedby': `train-${name}-hint` }),
    h('span', { class: 'hint', id: `train-${name}-hint` }, hint));
}

/** What may be chosen: data sets and models come and go. */
export async function refreshChoices(data = chosenData) {
  chosenData = data;
  const [{ datasets }, { models }] = await Promise.all([get('/datasets'), get('/models')]);
  const kept = { data: data ?? $('train-data').value, start: $('train-start-from').value };
  $('train-data').replaceChildren(...datasets.map(set => h('option', { value: set.id }, `${set.name ?? set.id} (${set.images} pictures)`)));
  $('train-start-from').replaceChildren(h('option', { value: '' }, 'random weights'),
    ...models.map(model => h('option', { value: model.id }, `${model.name ?? model.id} (${model.network})`)));
  $('train-data').value = datasets.some(set => set.id === kept.data) ? kept.data : 'mnist';
  $('train-start-from').value = models.some(model => model.id === kept.start) ? kept.start : '';
  suggestForData(datasets.find(set => set.id === $('train-data').value));
}

/** A small set of one's own does not fill the recommended batch; the form says what would. */
function suggestForData(set) {
  const hint = $('train-data-hint');
  const learned = set ? set.images - Math.round(set.images * recipe.settings.validation) : Infinity;
  hint.textContent = learned < recipe.settings.batchSize
    ? `Few pictures: choose at most ${learned} pictures a step, and start from a model that reads digits already.` : '';
}

function showMode() {
  const distorts = $('train-mode').value === 'generator';
  for (const part of $('train-advanced').querySelectorAll('[data-field^="augmentation"]')) part.hidden = !distorts;
}

/** Only what was chosen is said: what is left out is the recommended recipe, also when that changes. */
function request() {
  const form = new FormData($('train-form')), body = {};
  for (const [name, value] of form) {
    if (value === '') continue;
    const [outer, inner] = name.split('.');
    if (inner && form.get('mode') === 'dataset') continue;
    const typed = name in NUMBERS ? Number(value) : value;
    if (inner) (body[outer] ??= {})[inner] = typed;
    else body[outer] = typed;
  }
  return body;
}

/** Next to each field what is wrong with it, and all of it at the form's end. */
function showProblem(error) {
  for (const told of $('train-form').querySelectorAll('.field .error')) told.remove();
  for (const input of $('train-form').querySelectorAll('[aria-invalid]')) input.removeAttribute('aria-invalid');
  showError($('train-error'), error);
  let first = null;
  for (const [name, message] of Object.entries(error?.fields ?? {})) {
    const place = $('train-form').querySelector(`[data-field="${CSS.escape(name)}"]`);
    if (!place) continue;
    const input = place.querySelector('input, select');
    input.setAttribute('aria-invalid', 'true');
    input.closest('details')?.setAttribute('open', '');
    place.append(h('span', { class: 'error' }, message));
    first ??= input;
  }
  first?.focus();
}
