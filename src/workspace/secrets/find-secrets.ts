export interface ChangedLine {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}
