/** A file of a change, as a message tells of it. */
export interface ChangedFile {
  /** From the top of the repository. */
  readonly path: string;
  readonly change: 'added' | 'changed' | 'removed' | 'renamed';
}
