import { setTimeout as delay } from 'node:timers/promises';
import { OrchestraError } from '../../shared/errors.ts';
import { formatDuration } from '../../shared/duration.ts';
import { TransientFailure } from './api-call.ts';
import { withOurPart } from './change-request-body.ts';
import type { ChangeRequest, ChangeRequestHost, NewChangeRequest } from './change-request-host.ts';

export interface Patience {
  readonly signal: AbortSignal;
  /** Waits; that of Node unless given. */
  readonly pause?: ((ms: number, signal: AbortSignal) => Promise<unknown>) | undefined;
}

const attempts = 4;
/** What a host asks to wait for beyond it is left to whoever tries again. */
const longestPauseMs = 60_000;

/**
 * The open change request of a branch, with our part of its description as given: opened where there is none. Doing it
 * again makes no second one, also where the answer to the first was lost; whatever was tried begins with a look.
 * @throws OrchestraError PUBLISH_REFUSED, PUBLISH_UNREACHABLE
 */
export async function ensureChangeRequest(
  host: ChangeRequestHost,
  wanted: NewChangeRequest,
  { signal, pause = (ms) => delay(ms, undefined, { signal }) }: Patience,
): Promise<ChangeRequest> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await updatedOrOpened(host, wanted, signal);
    } catch (error) {
      if (!(error instanceof TransientFailure)) throw error;
      const pauseMs = error.retryAfterMs ?? 1_000 * 2 ** (attempt - 1);
      if (attempt === attempts || pauseMs > longestPauseMs) throw givenUp(error, pauseMs);
      await pause(pauseMs, signal);
    }
  }
}

async function updatedOrOpened(
  host: ChangeRequestHost,
  wanted: NewChangeRequest,
  signal: AbortSignal,
): Promise<ChangeRequest> {
  const known = await host.find(wanted.branch, signal);
  if (known) return described(host, known, wanted, signal);
  try {
    return await host.open(wanted, signal);
  } catch (error) {
    if (!(error instanceof OrchestraError && conflicts.has(error.details['status']))) throw error;
    // Somebody may have opened it meanwhile.
    const other = await host.find(wanted.branch, signal);
    if (!other) throw error;
    return described(host, other, wanted, signal);
  }
}

/** How hosts refuse a second one: GitHub with 422, as it refuses other things, too, and the others with 409. */
const conflicts: ReadonlySet<unknown> = new Set([409, 422]);

async function described(
  host: ChangeRequestHost,
  known: ChangeRequest,
  { body }: NewChangeRequest,
  signal: AbortSignal,
): Promise<ChangeRequest> {
  const whole = withOurPart(known.body, body);
  return whole === known.body ? known : host.describe(known, whole, signal);
}

function givenUp(failure: TransientFailure, pauseMs: number): OrchestraError {
  const when = pauseMs > longestPauseMs ? `; it asks to wait for ${formatDuration(Math.ceil(pauseMs))}` : '';
  return new OrchestraError('PUBLISH_UNREACHABLE', `${failure.message}${when}`, { cause: failure });
}
