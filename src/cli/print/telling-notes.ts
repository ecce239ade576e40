/** What a stage said when it ended; undefined where that is no more than that it ended. */
export function tellingNotes(notes: string | undefined): string | undefined {
  if (notes === undefined || notes.startsWith('Stage completed') || notes.startsWith('Tool completed'))
    return undefined;
  return notes;
}
