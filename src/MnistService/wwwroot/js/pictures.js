// Many pictures: dropped, pasted or picked; answered one by one, and corrected where the answer is wrong.

import { patiently, send } from './api.js';
import * as collection from './collection.js';
import { digitPicture } from './digit.js';
import { $, acceptFiles, download, h, percent, showError } from './dom.js';

const AT_A_TIME = 4;

const pictures = []; // { file, card, answer, label }
const waiting = [];
let running = 0;

acceptFiles($('pictures-drop'), $('pictures-input'), add);
document.addEventListener('paste', event => {
  if ($('pictures').hidden) return;
  const files = [...event.clipboardData.files].filter(file => file.type.startsWith('image/'));
  if (files.length > 0) add(files);
});

function add(files) {
  for (const file of files) {
    const thumbnail = h('img', { src: URL.createObjectURL(file), alt: `The picture ${file.name}`, loading: 'lazy' });
    const card = h('li', { class: 'picture' }, thumbnail, h('div', { class: 'told' }, h('p', { class: 'file' }, file.name), h('p', {}, 'Waiting…')));
    const picture = { file, card, answer: null, label: null };
    pictures.push(picture);
    waiting.push(picture);
    $('gallery').append(card);
  }
  $('pictures-tools').hidden = false;
  showProgress();
  while (running < AT_A_TIME && waiting.length > 0) work();
}

async function work() {
  running++;
  for (let picture; (picture = waiting.shift()); showProgress()) await read(picture);
  running--;
  showProgress();
}

async function read(picture) {
  const told = picture.card.querySelector('.told');
  try {
    const response = await patiently(() => send('/predict?image=true', { method: 'POST', body: picture.file, type: 'application/octet-stream' }));
    picture.answer = await response.json();
    showAnswer(picture, told);
  } catch (error) {
    const place = h('p', { class: 'error', role: 'alert' });
    showError(place, error);
    told.replaceChildren(h('p', { class: 'file' }, picture.file.name), place);
  }
}

function showAnswer(picture, told) {
  const { digit, confidence, image } = picture.answer;
  const correction = h('select', {
    'aria-label': `What ${picture.file.name} really is`,
    onchange: event => {
      picture.label = event.target.value === '' ? null : Number(event.target.value);
      picture.card.classList.toggle('wrong', picture.label !== null && picture.label !== digit);
      showProgress();
    },
  }, h('option', { value: '' }, 'right?'), Array.from({ length: 10 }, (_, d) => h('option', { value: d }, d === digit ? `right: ${d}` : `wrong: a ${d}`)));
  told.replaceChildren(
    h('p', { class: 'file' }, picture.file.name),
    h('p', { class: 'reading' }, h('strong', {}, digit), ` ${percent(confidence)}`),
    digitPicture(image, `${picture.file.name} as the network saw it`), correction);
}

function showProgress() {
  const answered = pictures.filter(p => p.answer).length, marked = pictures.filter(p => p.label !== null);
  const wrong = marked.filter(p => p.label !== p.answer.digit).length;
  $('pictures-progress').textContent = `${answered} of ${pictures.length} read`
    + (waiting.length + running > 0 ? '…' : '') + (marked.length > 0 ? `, ${wrong} of ${marked.length} marked are wrong` : '');
  $('pictures-csv').disabled = answered === 0;
  $('pictures-collect').disabled = marked.length === 0;
}

$('pictures-csv').addEventListener('click', () => {
  const cell = text => `"${String(text).replaceAll('"', '""')}"`;
  const rows = pictures.filter(p => p.answer).map(p => [cell(p.file.name), p.answer.digit, p.answer.confidence, p.label ?? ''].join());
  download('predictions.csv', new Blob([['name,digit,confidence,label', ...rows, ''].join('\n')], { type: 'text/csv' }));
});

$('pictures-collect').addEventListener('click', () => {
  const marked = pictures.filter(p => p.label !== null);
  try {
    collection.add(marked.map(p => ({ label: p.label, image: p.answer.image })));
    $('pictures-told').replaceChildren(`${marked.length} marked pictures are in the `, h('a', { href: '#draw' }, 'collection'), '.');
  } catch (error) {
    $('pictures-told').textContent = error.message;
  }
});

$('pictures-clear').addEventListener('click', () => {
  for (const { card } of pictures) URL.revokeObjectURL(card.querySelector('img').src);
  pictures.length = waiting.length = 0;
  $('gallery').replaceChildren();
  $('pictures-told').textContent = '';
  $('pictures-tools').hidden = true;
});
