/** Something Orchestra needs or could use. */
export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** Whether Orchestra can work without it. */
  readonly required: boolean;
  readonly detail: string;
}
