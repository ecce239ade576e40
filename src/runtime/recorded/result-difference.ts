import type { WalkResult } from '../../engine/ports/runtime.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';

interface TwoSides {
  readonly recorded: string;
  readonly asked: string;
}

/**
 * The first thing that two results say otherwise; undefined where they are the same. What a pipeline says of itself
 * (`graph.*`) is no result.
 */
export function differenceOfResults(recorded: WalkResult, now: WalkResult): TwoSides | undefined {
  const was = membersOf(recorded);
  const is = membersOf(now);
  for (const name of new Set([...was.keys(), ...is.keys()])) {
    const [one, other] = [was.get(name) ?? 'nothing', is.get(name) ?? 'nothing'];
    if (one !== other) return { recorded: `${name} = ${one}`, asked: `${name} = ${other}` };
  }
  return undefined;
}

function membersOf({ state, outcome, context }: WalkResult): ReadonlyMap<string, string> {
  const own = Object.entries(context).filter(([key]) => !key.startsWith('graph.'));
  return new Map([
    ['state', state],
    // Plain JSON by its type.
    ['outcome', canonicalJson(outcome as unknown as Json)],
    ...own.map(([key, value]): [string, string] => [`context ${key}`, canonicalJson(value)]),
  ]);
}
