import { catalogue, type ErrorCode } from './error-catalogue.ts';

/**
 * Every error meant for a user: a stable code, a message in their words, and the next step.
 * Bugs are plain `Error`s and surface as `INTERNAL`.
 */
export class OrchestraError extends Error {
  override readonly name = 'OrchestraError';
  readonly code: ErrorCode;
  readonly hint: string;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, message: string, options: OrchestraErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? catalogue[code].hint;
    this.details = options.details ?? {};
  }

  /** The process exit code this error ends a command with (design.md, "The doors"). */
  get exitCode(): number {
    return catalogue[this.code].exit;
  }
}

export interface OrchestraErrorOptions {
  /** Replaces the catalogue's general hint with one that names the exact next command. */
  readonly hint?: string;
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The text of anything thrown, for places that must record it. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** Why something failed, for a place that has no other for the next step. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof OrchestraError ? `${thrown.message}. ${thrown.hint}` : messageOf(thrown);
}

/** For the `default` of a switch over a union: the compiler proves it is never reached. */
export function assertNever(value: never): never {
  throw new Error(`unexpected value: ${JSON.stringify(value)}`);
}
