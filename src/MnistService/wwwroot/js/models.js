// Two models side by side: how good, where they err, how sure they are; and which of them serves.

import { fetchFile, get, post, remove, upload } from './api.js';
import { chart } from './chart.js';
import { digitPicture } from './digit.js';
import { $, count, download, h, percent, showError, when } from './dom.js';
import { matrix } from './matrix.js';

const MOST_SHOWN = 60;

let store = { models: [] };

export async function enter(query) {
  await refresh(query.get('a'), query.get('b'));
}

const titleOf = model => model.name ?? model.id;

async function refresh(a = $('model-a').value, b = $('model-b').value) {
  try {
    store = await get('/models');
    showError($('models-error'), null);
  } catch (error) {
    showError($('models-error'), error);
    return;
  }
  const { models, current } = store;
  $('models-none').hidden = models.length > 0;
  const known = id => models.some(model => model.id === id);
  const others = models.filter(model => model.id !== current); // newest first
  const baseline = others.findLast(model => model.network === 'mlp') ?? others[0];
  fill($('model-a'), known(a) ? a : baseline?.id ?? current);
  fill($('model-b'), known(b) && b !== a ? b : current ?? models[0]?.id);
  $('roll-back').disabled = !store.previous || store.previous === current;
  $('roll-back').textContent = store.previous ? `Go back to ${titleOf(models.find(m => m.id === store.previous) ?? { id: store.previous })}` : 'Go back';
  await compare();
}

function fill(select, chosen) {
  select.replaceChildren(...store.models.map(model => h('option', { value: model.id }, `${titleOf(model)}${model.id === store.current ? ' – serves' : ''}`)));
  select.value = chosen ?? '';
}

for (const select of [$('model-a'), $('model-b')]) select.addEventListener('change', compare);

async function compare() {
  const [a, b] = [$('model-a').value, $('model-b').value];
  $('mistakes').replaceChildren();
  $('differences').replaceChildren();
  try {
    const cards = await Promise.all([...new Set([a, b])].filter(Boolean).map(show));
    $('model-cards').replaceChildren(...cards);
    if (a && b && a !== b) showDifferences(await get(`/models/compare?a=${a}&b=${b}`), a, b);
  } catch (error) {
    if (error.code === 'not_comparable') $('differences').replaceChildren(h('p', { class: 'hint' }, error.message));
    else showError($('models-error'), error);
  }
}

async function show(id) {
  const card = await get(`/models/${id}`);
  const evaluation = await get(`/models/${id}/evaluation`).catch(error => {
    if (error.code !== 'not_measured') throw error;
    return null;
  });
  const serves = id === store.current, fact = (name, value) => value != null && [h('dt', {}, name), h('dd', {}, value)];
  return h('article', { class: 'card model' },
    h('h3', {}, titleOf(card), serves && h('span', { class: 'badge' }, 'serves')),
    h('p', { class: 'headline' }, evaluation ? `${percent(evaluation.accuracy, 2)} right` : 'not measured'),
    h('dl', {}, fact('Id', h('code', {}, id)), fact('Network', `${card.network}, ${count(card.parameters)} parameters`), fact('Made', when(card.createdAt)),
      fact('From', card.training ? `${count(card.training.images)} pictures of ${card.training.data}, ${card.training.epochs.length} epochs` : `an imported ${card.import?.format} file`),
      fact('Held out', card.validation && percent(card.validation.accuracy, 2)),
      evaluation && fact('Test loss', evaluation.loss.toFixed(4)),
      evaluation?.calibrationError != null && fact('Calibration error', percent(evaluation.calibrationError, 2))),
    h('p', { class: 'actions' },
      !serves && h('button', { type: 'button', class: 'main', onclick: event => promote(id, event.target) }, 'Promote'),
      h('label', {}, h('span', { class: 'unseen' }, `Download ${titleOf(card)} as`), h('select', { onchange: event => save(id, event.target) },
        h('option', { value: '' }, 'Download…'), h('option', { value: 'weights.safetensors' }, 'safetensors'),
        h('option', { value: 'weights.pth' }, 'PyTorch'), h('option', { value: 'model.onnx' }, 'ONNX'))),
      !serves && h('button', { type: 'button', onclick: event => forget(card, event.target) }, 'Delete')),
    evaluation && matrix(evaluation.confusionMatrix, `${count(evaluation.mistakes?.length ?? 0)} mistakes of ${count(evaluation.images)}.`,
      evaluation.mistakes && ((label, answer) => showMistakes(card, evaluation, label, answer))),
    evaluation?.mistakes && h('p', {}, h('button', { type: 'button', onclick: () => showMistakes(card, evaluation) }, 'Show its mistakes')),
    evaluation?.reliability && chart({
      title: 'Calibration: how sure it is, and how often it is right',
      series: [
        { name: 'this model', points: evaluation.reliability.filter(bin => bin.images >= 5).map(bin => [bin.confidence, bin.accuracy]), dots: true },
        { name: 'perfect', points: [[0, 0], [1, 1]], dashed: true }],
      x: { label: 'confidence', from: 0, to: 1, format: v => percent(v, 0) }, y: { from: 0, to: 1, format: v => percent(v, 0) },
    }));
}

/** @param label,answer only these; all where they are left out. */
async function showMistakes(card, { mistakes }, label, answer) {
  const chosen = mistakes.filter(m => label === undefined || m.label === label && m.answer === answer);
  const what = label === undefined ? 'The mistakes' : `Each ${label} read as ${answer}`;
  await gallery($('mistakes'), `${what} of ${titleOf(card)}`, chosen, m => `${m.label}, read as ${m.answer}`);
  $('mistakes').focus();
  $('mistakes').scrollIntoView({ block: 'nearest' });
}

async function showDifferences(compared, a, b) {
  const name = id => titleOf(store.models.find(model => model.id === id) ?? { id });
  const p = compared.pValue < 0.001 ? 'below 0.001' : compared.pValue.toFixed(3);
  const conclusion = compared.conclusion.replace(a, name(a)).replace(b, name(b));
  await gallery($('differences'), 'Where the two differ', compared.differences, d => `${d.label}: ${d.a} or ${d.b}`,
    h('p', {}, `Both right: ${count(compared.bothRight)}. Only ${name(a)}: ${count(compared.onlyARight)}. Only ${name(b)}: ${count(compared.onlyBRight)}. `
      + `Neither: ${count(compared.bothWrong)}. ${conclusion} (McNemar’s p ${p})`));
}

/** Test images with words below them; words alone where MNIST is not at hand. */
async function gallery(place, title, images, words, ...before) {
  const shown = images.slice(0, MOST_SHOWN);
  let pictures = [], note = null;
  try {
    if (shown.length > 0) pictures = await get(`/datasets/mnist/test-images?at=${shown.map(each => each.image)}`);
  } catch (error) {
    note = h('p', { class: 'hint' }, `The pictures cannot be shown: ${error.message}`);
  }
  place.replaceChildren(h('h3', {}, title), ...before, ...note ? [note] : [],
    h('ul', { class: 'digits' }, shown.map((each, i) => h('li', {},
      pictures[i] && digitPicture(pictures[i].pixels, `Test image ${each.image}, a ${each.label}`), h('span', {}, words(each))))),
    images.length > shown.length ? h('p', { class: 'hint' }, `The first ${shown.length} of ${images.length}.`) : '');
}

async function change(button, what) {
  button.disabled = true;
  showError($('models-error'), null);
  try {
    await what();
    await refresh();
  } catch (error) {
    showError($('models-error'), error);
    $('models-error').scrollIntoView({ block: 'nearest' });
  } finally {
    button.disabled = false;
  }
}

const promote = (id, button) => change(button, async () => {
  const card = await post(`/models/${id}/activate`);
  $('models-told').textContent = `${titleOf(card)} serves now.`;
});

$('roll-back').addEventListener('click', event => promote(store.previous, event.target));

async function save(id, select) {
  const file = select.value;
  select.value = '';
  if (!file) return;
  try {
    download(`${id}.${file.split('.').at(-1)}`, await fetchFile(`/models/${id}/${file}`));
  } catch (error) {
    showError($('models-error'), error);
  }
}

function forget(card, button) {
  if (!confirm(`Delete ${titleOf(card)}? Its weights are gone then.`)) return;
  change(button, () => remove(`/models/${card.id}`));
}

$('model-import').addEventListener('change', async event => {
  const [file] = event.target.files;
  event.target.value = '';
  if (!file) return;
  $('models-told').textContent = `${file.name} is being read and measured…`;
  await change(event.target, async () => {
    const card = await upload(`/models?name=${encodeURIComponent(file.name.slice(0, 100))}`, file);
    $('models-told').textContent = `${titleOf(card)} is here: ${percent(card.test?.accuracy, 2)} of the test images right. It serves when it is promoted.`;
    $('model-a').append(h('option', { value: card.id }));
    $('model-a').value = card.id;
  });
  if (!$('models-error').hidden) $('models-told').textContent = '';
});

