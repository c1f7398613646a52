import assert from 'node:assert/strict';
import { test } from 'node:test';
import { answer, ok, problem } from './service.js';
import { byId } from './document.js';

const { enter } = await import('../../src/MnistService/wwwroot/js/models.js');

/** Returns the facts of a model's card on the page, in lines of name and value. */
async function factsOf(card) {
  const model = { id: 'cnn-1', name: null, network: 'cnn', parameters: 409642, createdAt: '2026-11-24T11:19:30Z', training: null, import: null, validation: null, references: null, ...card };
  answer(ok({ models: [model], current: 'cnn-1' }), ok(model), problem(404, { code: 'not_measured' }));
  await enter(new URLSearchParams());
  const names = byId('model-cards').childNodes[0].all('dt').map(name => name.textContent);
  return Object.fromEntries(byId('model-cards').childNodes[0].all('dd').map((value, i) => [names[i], value.textContent]));
}

test('a card shows what the digit score accepts and rejects', async () => {
  const facts = await factsOf({ digitScore: { digits: 5000, accepted: 0.993, nonDigits: 3000, rejected: 0.984 } });
  assert.equal(facts['Digit score'], 'accepts 99.3 % of digits, rejects 98.4 % of other drawings');
});

test('a model without a digit score has no row for it', async () => {
  for (const card of [{}, { digitScore: null }]) {
    const facts = await factsOf(card);
    assert.equal(facts.Network, 'cnn, 409,642 parameters');
    assert.equal('Digit score' in facts, false);
  }
});
