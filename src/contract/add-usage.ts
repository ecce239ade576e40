import type { Usage } from './outcome.ts';

/** The sum of two usages; what only one of them names is kept as it is, and so is the newer model. */
export function addUsage(sum: Usage | undefined, more: Usage): Usage {
  if (!sum) return more;
  const model = more.model ?? sum.model;
  return {
    inputTokens: sum.inputTokens + more.inputTokens,
    outputTokens: sum.outputTokens + more.outputTokens,
    ...addedWhereNamed('cacheReadTokens', sum, more),
    ...addedWhereNamed('cacheWriteTokens', sum, more),
    ...addedWhereNamed('costUsd', sum, more),
    ...(model !== undefined && { model }),
  };
}

type Named = 'cacheReadTokens' | 'cacheWriteTokens' | 'costUsd';

function addedWhereNamed<Key extends Named>(key: Key, one: Usage, other: Usage): Pick<Usage, Key> | undefined {
  const [a, b] = [one[key], other[key]];
  // The only key is the one asked for.
  return a === undefined && b === undefined ? undefined : ({ [key]: (a ?? 0) + (b ?? 0) } as Pick<Usage, Key>);
}
