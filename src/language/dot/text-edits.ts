import type { TextEdit } from '../../contract/diagnostic.ts';

/** By place; what is inserted at a place stands before what is replaced there. */
export function inOrder(edits: readonly TextEdit[]): readonly TextEdit[] {
  return [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
}

/** In order, without those that lie inside a wider one: that one says all of it anew. Of two alike the later counts. */
export function withoutOverlaps(edits: readonly TextEdit[]): readonly TextEdit[] {
  const kept: TextEdit[] = [];
  for (const edit of inOrder(edits)) {
    const before = kept.at(-1);
    if (before === undefined || edit.start >= before.end || before.start === before.end) kept.push(edit);
    else if (edit.end >= before.end) kept[kept.length - 1] = edit;
  }
  return kept;
}

/** The text with all edits made. @param edits in order, without overlaps */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const pieces: string[] = [];
  let at = 0;
  for (const { start, end, text: replacement } of edits) {
    pieces.push(text.slice(at, start), replacement);
    at = end;
  }
  return pieces.join('') + text.slice(at);
}
