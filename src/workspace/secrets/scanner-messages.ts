/** What the scanner is given: a part of a file, and the path that tells what kind of file it is. */
export interface ScannedFile {
  readonly path: string;
  readonly content: string;
}

/** What it answers with, for each place. */
export interface FoundPlace {
  /** Of the content, from 1. */
  readonly line: number;
  /** What it looks like. */
  readonly rule: string;
}
