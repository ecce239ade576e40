import { distance } from 'fastest-levenshtein';

/** Nobody mistypes one letter of a name this long, and comparing such names takes long. */
const longestGuessed = 100;

/**
 * The known name that `written` is most likely a misspelling of; undefined when none is near.
 * @param limit edits that may lie between them: a third of the letters unless names look alike
 */
export function nearest(
  written: string,
  known: Iterable<string>,
  limit = Math.max(1, Math.floor(written.length / 3)),
): string | undefined {
  if (written.length > longestGuessed) return undefined;
  let best: { name: string; edits: number } | undefined;
  for (const name of known) {
    if (Math.abs(name.length - written.length) > limit) continue;
    const edits = editsBetween(written.toLowerCase(), name.toLowerCase());
    if (edits <= limit && (best === undefined || edits < best.edits)) best = { name, edits };
  }
  return best?.name;
}

/** Letters added, left out or mistaken for others; two neighbours that changed places are one slip of the hand. */
function editsBetween(written: string, name: string): number {
  const edits = distance(written, name);
  return edits === 2 && isSwapped(written, name) ? 1 : edits;
}

function isSwapped(written: string, name: string): boolean {
  if (written.length !== name.length) return false;
  let at = 0;
  while (written[at] === name[at]) at += 1;
  return written[at] === name[at + 1] && written[at + 1] === name[at] && written.slice(at + 2) === name.slice(at + 2);
}

/** A hint that asks for the nearest known name, else lists what is allowed. */
export function didYouMean(written: string, known: readonly string[]): string {
  const near = nearest(written, known);
  return near === undefined ? `Write one of: ${known.join(', ')}.` : `Did you mean \`${near}\`?`;
}

/** A set of names, or a map by name. */
interface Names {
  readonly size: number;
  keys(): Iterable<string>;
}

/** Comparisons after which no more names are guessed: among many names, each guess looks at all of them. */
const mostComparisons = 500_000;

/**
 * `nearest` for many names among the same known ones: each is guessed once, and after very many comparisons
 * none is, so that a text full of mistakes is still judged in time that grows with its length.
 */
export function nearestAmong(known: Names): (written: string) => string | undefined {
  const answers = new Map<string, string | undefined>();
  return (written) => {
    if (!answers.has(written) && answers.size * known.size <= mostComparisons) {
      answers.set(written, nearest(written, known.keys()));
    }
    return answers.get(written);
  };
}
