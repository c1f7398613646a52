// @ts-check
// Chooses the models A and B that the models view compares.

/** @import { ModelStore } from './types.d.ts' */

/**
 * Chooses A and B. For each, takes the first of three models that exists: the wanted model, the selected model, the default. The default of B is the served
 * model. The default of A is the baseline: the oldest fully connected network. A differs from B unless there is only one model.
 * @param {ModelStore} store with the newest model first.
 * @param {(string | null | undefined)[]} wanted ids of A and B from the address or from an action of the user.
 * @param {string[]} selected ids of A and B that the page currently shows.
 * @returns {[string, string]} ids of A and B; empty texts if there are no models.
 */
export function choose({ models, current }, [wantedA, wantedB], [selectedA, selectedB]) {
  const known = (/** @type {(string | null | undefined)[]} */ ...ids) => ids.find(id => models.some(model => model.id === id)) ?? '';
  const b = known(wantedB, selectedB, current, models[0]?.id);
  const others = models.filter(model => model.id !== b);
  const baseline = others.findLast(model => model.network === 'mlp') ?? others[0];
  const a = known(...[wantedA, selectedA].filter(id => id !== b), baseline?.id, b);
  return [a, b];
}
