import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const root = new URL('../../src/MnistService/wwwroot/', import.meta.url);
const html = readFileSync(new URL('index.html', root), 'utf8');
const tags = new Map([...html.matchAll(/<(\w+)\b[^>]*\sid="([^"]+)"/g)].map(([, tag, id]) => [id, tag]));
const MADE_BY_THE_FORM = /^train-batchSize$/; // from the names of the hyperparameters

const modules = readdirSync(new URL('js/', root), { recursive: true }).filter(name => name.endsWith('.js'));

test('each element that a module names is in index.html', () => {
  const used = modules.flatMap(name => [...readFileSync(new URL(`js/${name}`, root), 'utf8').matchAll(/\$\('([^']+)'\)/g)].map(([, id]) => id));
  assert.ok(used.length > 100);
  assert.deepEqual([...new Set(used)].filter(id => !tags.has(id) && !MADE_BY_THE_FORM.test(id)), []);
});

test('the types of the elements are those in index.html', () => {
  const types = readFileSync(new URL('js/types.d.ts', root), 'utf8');
  const declared = [...types.matchAll(/Record<((?:'[^']+'[\s|]*)+), HTML(\w+)Element>/g)].flatMap(([, ids, type]) => [...ids.matchAll(/'([^']+)'/g)].map(([, id]) => [id, type]));
  assert.ok(declared.length > 30);
  const expected = { Button: 'button', Input: 'input', Select: 'select', Form: 'form', Progress: 'progress', Canvas: 'canvas', Dialog: 'dialog', FieldSet: 'fieldset', Image: 'img' };
  for (const [id, type] of declared) if (!MADE_BY_THE_FORM.test(id)) assert.equal(tags.get(id), expected[type], id);
});

test('ids are unique', () => {
  const ids = [...html.matchAll(/\sid="([^"]+)"/g)].map(([, id]) => id);
  assert.deepEqual(ids.filter((id, i) => ids.indexOf(id) !== i), []);
});
