/** A line that a change brings in. */
export interface AddedLine {
  /** From the top of the repository; bytes that are no UTF-8 are replaced. */
  readonly path: string;
  /** Number in the new file, from 1. */
  readonly line: number;
  /** Without its end. */
  readonly text: string;
}

/**
 * Reads the added lines of `git diff-tree -z --patch-with-raw --unified=0`: a list of the changed paths, then their patches
 * in the same order. A patch that is cut off gives what there is of it.
 */
export function readPatch(output: Buffer): readonly AddedLine[] {
  const { paths, rest } = readRaw(output);
  const lines = rest.toString('utf8').split('\n');
  const added: AddedLine[] = [];
  let file = -1;
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    if (line.startsWith('diff --git ')) file += 1;
    const hunk = /^@@ -\d+(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/.exec(line);
    if (!hunk) continue;
    const [, removed = '1', first = '1', count = '1'] = hunk;
    // Counted, as any text can stand in a hunk, that of another patch as well.
    let toRemove = Number(removed);
    let toAdd = Number(count);
    let number = Number(first);
    while ((toRemove > 0 || toAdd > 0) && at + 1 < lines.length) {
      at += 1;
      const text = lines[at] ?? '';
      if (text.startsWith('-')) toRemove -= 1;
      if (!text.startsWith('+')) continue;
      added.push({ path: paths[file] ?? '', line: number, text: text.slice(1) });
      toAdd -= 1;
      number += 1;
    }
  }
  return added;
}

/** `:MODE MODE ID ID STATUS NUL PATH NUL` for each file, then a NUL. */
function readRaw(output: Buffer): { readonly paths: readonly string[]; readonly rest: Buffer } {
  const paths: string[] = [];
  let at = 0;
  while (output[at] === ':'.charCodeAt(0)) {
    const endOfFacts = endFrom(output, at);
    const endOfPath = endFrom(output, endOfFacts + 1);
    const path = output.toString('utf8', endOfFacts + 1, endOfPath);
    paths.push(path);
    // What was a file and is a link has two patches: one away, one to be.
    if (output[endOfFacts - 1] === 'T'.charCodeAt(0)) paths.push(path);
    at = endOfPath + 1;
  }
  return { paths, rest: output.subarray(at + 1) };
}

function endFrom(output: Buffer, from: number): number {
  const end = output.indexOf(0, from);
  return end < 0 ? output.length : end;
}
