/** A file of a tree, or what has become of it. Its path is bytes: not every name is UTF-8. */
export interface TreeEntry {
  /** Six octal digits; `000000` where it is gone. */
  readonly mode: string;
  readonly id: string;
  readonly path: Buffer;
}

/** Reads what `git diff-tree -r -z` prints: how each file that differs is on the right side. */
export function readDifferences(output: Buffer): readonly TreeEntry[] {
  const words = splitAtNul(output);
  const entries: TreeEntry[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [, mode = '', , id = ''] = (words[at] ?? Buffer.of()).toString('latin1').split(' ');
    entries.push({ mode, id, path: words[at + 1] ?? Buffer.of() });
  }
  return entries;
}

/** Reads what `git ls-tree -r -z` prints. */
export function readTree(output: Buffer): readonly TreeEntry[] {
  return splitAtNul(output).map((line) => {
    const tab = line.indexOf('\t');
    const [mode = '', , id = ''] = line.toString('latin1', 0, tab).split(' ');
    return { mode, id, path: line.subarray(tab + 1) };
  });
}

export function isGone(entry: TreeEntry): boolean {
  return entry.mode === '000000';
}

/** Lines for `git update-index -z --index-info`. @param stage 0 unless in conflict */
export function indexInfo(entries: readonly (TreeEntry & { readonly stage?: number })[]): Buffer {
  return Buffer.concat(
    entries.flatMap(({ mode, id, stage = 0, path }) => [Buffer.from(`${mode} ${id} ${stage}\t`), path, Buffer.of(0)]),
  );
}

/** The words of an output with `-z`; each ends with a NUL. */
export function splitAtNul(output: Buffer): readonly Buffer[] {
  const words: Buffer[] = [];
  let from = 0;
  for (let end = output.indexOf(0); end >= 0; end = output.indexOf(0, from)) {
    words.push(output.subarray(from, end));
    from = end + 1;
  }
  return words;
}
