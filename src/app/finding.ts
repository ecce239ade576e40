/** Something Orchestra needs or could use. */
export interface Finding {
  readonly subject: string;
  readonly ok: boolean;
  /** Whether Orchestra can work without it. */
  readonly required: boolean;
  readonly detail: string;
  /** It is there and should not be as it is; what is not ok is absent otherwise. */
  readonly isAmiss?: boolean;
}
