/** A line that a change brings in. */
export interface AddedLine {
  /** Of the file, from the top of its repository. */
  readonly path: string;
  /** Number in the new file, from 1. */
  readonly line: number;
  /** Without its end. */
  readonly text: string;
}
