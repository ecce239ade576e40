import { distance } from 'fastest-levenshtein';

/**
 * The known name that `written` is most likely a misspelling of; undefined when none is near.
 * @param limit edits that may lie between them: a third of the letters unless names look alike
 */
export function nearest(
  written: string,
  known: Iterable<string>,
  limit = Math.max(1, Math.floor(written.length / 3)),
): string | undefined {
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    if (Math.abs(name.length - written.length) > limit) continue;
    const edits = distance(written.toLowerCase(), name.toLowerCase());
    if (edits <= limit && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** A hint that asks for the nearest known name, else lists what is allowed. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === undefined ? `Write one of: ${known.join(', ')}.` : `Did you mean \`${near}\`?`;
}
