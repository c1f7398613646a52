// @ts-check
// The models view: compares two models (accuracy, errors, calibration) and promotes a model.

import { fetchFile, get, post, remove, rename, upload } from './api.js';
import { chart } from './chart.js';
import { digitPicture } from './digit.js';
import { $, count, download, h, keepFocus, percent, plural, showError, when } from './dom.js';
import { matrix } from './matrix.js';
import { choose } from './model-choice.js';
import { isolated, named, nameToSend } from './text.js';

/** @import { Comparison, Evaluation, Mistake, Model, ModelCard, ModelStore } from './types.d.ts' */

const MOST_SHOWN = 60;
/** @type {Record<string, string>} the formula of each pixel scaling; x is the pixel, 0 to 255. */
const SCALINGS = {
  unit: '(x / 255 − 0.1307) / 0.3081', raw: '(x − 0.1307) / 0.3081', zeroToOne: 'x / 255', minusOneToOne: '(x / 255 − 0.5) / 0.5', bytes: 'x',
  invertedUnit: '((255 − x) / 255 − 0.1307) / 0.3081', invertedRaw: '(255 − x − 0.1307) / 0.3081', invertedZeroToOne: '(255 − x) / 255',
  invertedMinusOneToOne: '((255 − x) / 255 − 0.5) / 0.5', invertedBytes: '255 − x',
};
const FILES = { safetensors: 'weights.safetensors', PyTorch: 'weights.pth', ONNX: 'model.onnx' };

/** @type {ModelStore} */
let store = { models: [], current: null };
let turn = 0, mistakesTurn = 0; // numbers of the latest requests: responses to earlier requests are ignored

/** @type {string[] | null} */
let wanted = null; // ids of A and B for the retry after a failed load; null if the last load succeeded

/** @param {URLSearchParams} query */
export async function enter(query) {
  tell('');
  await refresh(query.get('a'), query.get('b'));
}

export async function resume() {
  if (wanted) await refresh(wanted[0], wanted[1]);
}

/** Returns the name of a data set or a mixture. @param {string} ids one id, or several joined by ' + ' */
const dataOf = ids => ids.split(' + ').map(id => id === 'mnist' ? 'MNIST' : id).join(' + ');
/** @param {{ id: string, name?: string | null }} model */
const titleOf = model => named(model.name, model.id);
/** @param {string} id */
const find = id => store.models.find(model => model.id === id);
/** @param {string} words */
const tell = words => $('models-told').textContent = words;

/** @param {string | null} [a] id of the first model to compare; the selected model by default. @param {string | null} [b] id of the second. */
async function refresh(a, b) {
  wanted = null;
  try {
    store = await get('/models');
    showError($('models-error'), null);
  } catch (error) {
    wanted = [a, b];
    showError($('models-error'), error);
    return;
  }
  const { models, current } = store;
  $('models-none').hidden = models.length > 0;
  const gone = [a, b].filter(id => id && !find(id));
  if (gone.length > 0) tell(`These models no longer exist: ${gone.map(isolated).join(', ')}.`);
  const [first, second] = choose(store, [a, b], [$('model-a').value, $('model-b').value]);
  fill($('model-a'), first);
  fill($('model-b'), second);
  const previous = find(store.previous);
  $('roll-back').disabled = !previous || previous.id === current;
  $('roll-back').textContent = previous ? `Roll back to ${titleOf(previous)}` : 'Roll back';
  await compare();
}

/** @param {HTMLSelectElement} select @param {string} chosen */
function fill(select, chosen) {
  select.replaceChildren(...store.models.map(model => h('option', { value: model.id }, `${titleOf(model)}${model.id === store.current ? ' – serving' : ''}`)));
  select.value = chosen;
}

for (const select of [$('model-a'), $('model-b')]) {
  select.addEventListener('change', () => {
    keepAddress();
    compare();
  });
}

/** Writes the selection to the address, so that it can be bookmarked and shared. Does nothing while another view is shown. */
function keepAddress() {
  if (!$('models').hidden) history.replaceState(null, '', `#models?a=${$('model-a').value}&b=${$('model-b').value}`);
}

async function compare() {
  mistakesTurn++;
  const mine = ++turn, [a, b] = [$('model-a').value, $('model-b').value];
  $('mistakes').replaceChildren();
  $('differences').replaceChildren();
  try {
    const cards = await Promise.all([...new Set([a, b])].filter(Boolean).map(show));
    if (mine !== turn) return;
    $('model-cards').replaceChildren(...cards);
    if (!a || !b || a === b) return;
    /** @type {Comparison} */
    const compared = await get(`/models/compare?a=${a}&b=${b}`);
    if (mine === turn) await showDifferences(compared, a, b, () => mine === turn);
  } catch (error) {
    if (mine !== turn) return;
    if (error.code === 'not_comparable') $('differences').replaceChildren(h('p', { class: 'hint' }, error.message));
    else {
      wanted = [a, b];
      showError($('models-error'), error);
    }
  }
}

/** @param {string} id */
async function show(id) {
  /** @type {ModelCard} */
  const card = await get(`/models/${id}`);
  /** @type {Evaluation | null} */
  const evaluation = await get(`/models/${id}/evaluation`).catch(error => {
    if (error.code !== 'not_measured') throw error;
    return null;
  });
  const serves = id === store.current, title = titleOf(card);
  return h('article', { class: 'card model', 'aria-label': title },
    h('h3', {}, title, serves && h('span', { class: 'badge' }, 'serving'), card.shipped && h('span', { class: 'badge' }, 'shipped')),
    h('p', { class: 'headline' }, evaluation ? `${percent(evaluation.accuracy, 2)} correct` : 'not evaluated'),
    facts(card, evaluation),
    h('p', { class: 'actions' },
      !serves && h('button', { type: 'button', class: 'main', 'aria-label': `Promote ${title}`, onclick: event => promote(id, event.target) }, 'Promote'),
      h('button', { type: 'button', 'aria-label': `Rename ${title}`, onclick: event => renameModel(card, event.target) }, 'Rename'),
      !serves && !card.shipped && h('button', { type: 'button', 'aria-label': `Delete ${title}`, onclick: event => forget(card, event.target) }, 'Delete')),
    h('p', { class: 'actions' }, h('span', { class: 'hint' }, 'Download'), Object.entries(FILES).map(([name, file]) =>
      h('button', { type: 'button', 'aria-label': `Download ${title} as ${name}`, onclick: event => save(id, file, event.target) }, name))),
    evaluation && matrix(evaluation.confusionMatrix, `${count(evaluation.mistakes?.length ?? 0)} mistakes in ${count(evaluation.images)} images.`,
      evaluation.mistakes && ((label, answer) => showMistakes(card, evaluation, label, answer))),
    evaluation?.mistakes && h('p', {}, h('button', { type: 'button', onclick: () => showMistakes(card, evaluation) }, 'Show mistakes')),
    evaluation?.reliability && calibration(evaluation));
}

/** @param {ModelCard} card @param {Evaluation | null} evaluation */
function facts(card, evaluation) {
  /** @param {string} name @param {any} value the fact is omitted if this is null or undefined. */
  const fact = (name, value) => value != null && [h('dt', {}, name), h('dd', {}, value)];
  return h('dl', {}, fact('ID', h('code', {}, card.id)), fact('Network', `${card.network}, ${count(card.parameters)} parameters`), fact('Created', when(card.createdAt)),
    fact('Source', card.training ? `${count(card.training.images)} images of ${dataOf(card.training.data)}, ${plural(card.training.epochs.length, 'epoch')}` : `imported ${card.import?.format} file`),
    fact('Pixel scaling', card.import && (SCALINGS[card.scaling] ?? card.scaling)), fact('Warning', card.import?.warning),
    fact('Validation accuracy', card.validation && percent(card.validation.accuracy, 2)),
    card.references?.flatMap(reference => fact(`Reference set ${dataOf(reference.set)}`, `${percent(reference.accuracy, 2)} of ${count(reference.images)} correct`)),
    fact('Digit score', card.digitScore && `accepts ${percent(card.digitScore.accepted)} of digits, rejects ${percent(card.digitScore.rejected)} of other drawings`),
    fact('Test loss', evaluation?.loss.toFixed(4)),
    fact('Calibration error', evaluation?.calibrationError == null ? null : percent(evaluation.calibrationError, 2)));
}

/** @param {Evaluation} evaluation */
const calibration = ({ reliability }) => chart({
  title: 'Calibration: observed accuracy',
  series: [
    { name: 'this model', points: reliability.filter(bin => bin.images >= 5).map(bin => [bin.confidence, bin.accuracy]), dots: true },
    { name: 'perfect calibration', points: [[0, 0], [1, 1]], dashed: true }],
  x: { label: 'confidence', from: 0, to: 1, format: v => percent(v, 0) }, y: { from: 0, to: 1, format: v => percent(v, 0) },
});

/**
 * Shows the mistakes of a model with the given label and prediction. Without a label and a prediction, shows all mistakes.
 * @param {ModelCard} card
 * @param {Evaluation} evaluation
 * @param {number} [label]
 * @param {number} [answer] the predicted digit.
 */
async function showMistakes(card, { mistakes }, label, answer) {
  const chosen = mistakes.filter(m => label === undefined || m.label === label && m.answer === answer);
  const what = label === undefined ? 'Mistakes of' : `${label} predicted as ${answer} by`;
  const mine = ++mistakesTurn, isWanted = () => mine === mistakesTurn;
  await gallery($('mistakes'), `${what} ${titleOf(card)}`, chosen, m => `${m.label}, predicted as ${m.answer}`, [], isWanted);
  if (!isWanted()) return;
  $('mistakes').focus({ preventScroll: true });
  $('mistakes').scrollIntoView({ block: 'nearest' });
}

/** @param {Comparison} compared @param {string} a @param {string} b @param {() => boolean} isWanted */
async function showDifferences(compared, a, b, isWanted) {
  const [nameOfA, nameOfB] = [a, b].map(id => titleOf(find(id) ?? { id }));
  const p = compared.pValue < 0.001 ? 'below 0.001' : compared.pValue.toFixed(3);
  const conclusion = compared.conclusion.replace(a, () => nameOfA).replace(b, () => nameOfB);
  await gallery($('differences'), 'Different predictions', compared.differences, d => `${d.label}: A ${d.a}, B ${d.b}`,
    [h('p', {}, `Both correct: ${count(compared.bothRight)}. Only ${nameOfA} correct: ${count(compared.onlyARight)}. Only ${nameOfB} correct: ${count(compared.onlyBRight)}. `
      + `Both wrong: ${count(compared.bothWrong)}. ${conclusion} (McNemar’s test, p-value: ${p})`)], isWanted);
}

/**
 * Shows test images with words below them. If MNIST is missing, shows only the words and the reason.
 * @template {{ image: number, label: number }} Item
 * @param {HTMLElement} place
 * @param {string} title
 * @param {Item[]} images
 * @param {(item: Item) => string} words
 * @param {HTMLElement[]} before
 * @param {() => boolean} isWanted returns false if the user has made another selection; the result is then not shown.
 */
async function gallery(place, title, images, words, before = [], isWanted = () => true) {
  const shown = images.slice(0, MOST_SHOWN);
  /** @type {{ pixels: string }[]} */
  let pictures = [];
  let note = null;
  try {
    if (shown.length > 0) pictures = await get(`/datasets/mnist/test-images?at=${shown.map(each => each.image)}`);
  } catch (error) {
    note = h('p', { class: 'hint' }, `The images cannot be shown: ${error.message}`);
  }
  if (!isWanted()) return;
  place.replaceChildren(h('h3', {}, title), ...before, ...note ? [note] : [],
    h('ul', { class: 'digits' }, shown.map((each, i) => h('li', {},
      pictures[i] && digitPicture(pictures[i].pixels, `Test image ${each.image}, labeled ${each.label}`), h('span', {}, words(each))))),
    images.length > shown.length ? h('p', { class: 'hint' }, `Showing the first ${shown.length} of ${images.length}.`) : '');
}

/**
 * Runs a change of the model store, then shows the new content of the store.
 * @param {any} button the button of the change; it is disabled until the change is done.
 * @param {() => Promise<{ words: string, a?: string, b?: string }>} what makes the change; returns the message and the ids of the models to compare.
 */
async function change(button, what) {
  button.disabled = true;
  showError($('models-error'), null);
  try {
    const { words, a, b } = await what();
    await refresh(a, b);
    keepAddress();
    tell(words);
  } catch (error) {
    tell('');
    showError($('models-error'), error);
    $('models-error').scrollIntoView({ block: 'nearest' });
  } finally {
    button.disabled = button === $('roll-back') && store.previous === store.current;
    keepFocus(button, $('models-title'));
  }
}

/** @param {string} id @param {HTMLButtonElement} button */
const promote = (id, button) => change(button, async () => {
  const card = await promoteOrAsk(id);
  return { words: card ? `${titleOf(card)} is now serving.` : 'Not promoted.' };
});

/**
 * Promotes a model. If the promotion rule rejects it, shows the reason and asks the user whether to promote it anyway.
 * @param {string} id
 * @returns {Promise<ModelCard | null>} null if the user declined.
 */
async function promoteOrAsk(id) {
  try {
    return await post(`/models/${id}/promote`);
  } catch (error) {
    if (error.code !== 'promotion_worse') throw error;
    const reason = error.message.replace(/ Not promoted;.*$/, '');
    return confirm(`${reason}\n\nPromote it anyway?`) ? post(`/models/${id}/promote?force=true`) : null;
  }
}

$('roll-back').addEventListener('click', () => promote(store.previous, $('roll-back')));

/** @param {string} id @param {string} file @param {HTMLButtonElement} button */
async function save(id, file, button) {
  button.disabled = true;
  showError($('models-error'), null);
  try {
    download(`${id}.${file.split('.').at(-1)}`, await fetchFile(`/models/${id}/${file}`));
  } catch (error) {
    showError($('models-error'), error);
  } finally {
    button.disabled = false;
    keepFocus(button);
  }
}

/** @param {ModelCard} card @param {HTMLButtonElement} button */
const renameModel = (card, button) => change(button, async () => {
  const renamed = await rename(`/models/${card.id}`, card.name ?? '');
  return { words: renamed ? `The model is now named ${titleOf(renamed)}.` : '' };
});

/** @param {ModelCard} card @param {HTMLButtonElement} button */
function forget(card, button) {
  if (!confirm(`Delete ${titleOf(card)}? Its weights are deleted permanently.`)) return;
  change(button, async () => {
    await remove(`/models/${card.id}`);
    return { words: `${titleOf(card)} was deleted.` };
  });
}

$('model-import').addEventListener('change', async () => {
  const input = $('model-import'), [file] = input.files;
  input.value = '';
  if (!file) return;
  tell(`Importing and evaluating ${isolated(file.name)}…`);
  await change(input, async () => {
    /** @type {ModelCard} */
    const card = await upload(`/models?name=${encodeURIComponent(nameToSend(file))}`, file);
    return { words: `${titleOf(card)} was imported: ${percent(card.test?.accuracy, 2)} of the test images correct. Promote the model to serve it.${card.import?.warning ? ` ${card.import.warning}` : ''}`, a: card.id };
  });
});
