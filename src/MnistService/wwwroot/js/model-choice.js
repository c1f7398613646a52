// @ts-check
// The models that the models view compares when the user has not chosen both.

/** @import { ModelStore } from './types.d.ts' */

/**
 * For each model the first existing one of: the wanted one, the selected one, a default. The default of B is the served model; that of A is the oldest fully
 * connected network, which is the baseline. A differs from B unless there is only one model.
 * @param {ModelStore} store with its newest model first.
 * @param {(string | null | undefined)[]} wanted ids of A and B, from the address or an action.
 * @param {string[]} selected ids of A and B that the page shows.
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
