import type { LeaseHolder } from '../engine/ports/journal.ts';
import type { RunState, Waiting } from '../contract/run.ts';

/**
 * Who owns a run (R5), the same for every driver. The owner proves to be alive by a heartbeat on the
 * wall clock. What a jumping clock or a sleeping laptop do:
 * - a clock set forward, or a sleep, makes heartbeats look old until the owner's next one. Somebody
 *   who comes in between takes the run over; the former owner is refused at its next append
 *   (`RUN_FENCED`) and leaves no trace. There is never more than one walk that can write.
 * - a clock set back makes a heartbeat lie in the future; beyond the limit that counts as old too,
 *   or a dead owner would hold the run until the clock has caught up.
 */
export interface OwnershipRule {
  /** What the system says of the process that holds a lease. */
  readonly livenessOf: (holder: LeaseHolder) => Liveness;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** `unknown`: the holder is on another host, or this system does not say. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** A heartbeat older than this is a lost one (semantics.md, Durability). */
export const heartbeatLimitMs = 30_000;

export function isOwnerAlive(holder: LeaseHolder, heartbeatAt: number, rule: OwnershipRule): boolean {
  return Math.abs(rule.now() - heartbeatAt) <= heartbeatLimitMs && rule.livenessOf(holder) !== 'dead';
}

/** When the earliest timer a run waits for falls due. */
export function dueAt(waiting: readonly Waiting[] | undefined): number | undefined {
  const times = (waiting ?? []).flatMap(({ until }) => (until === undefined ? [] : [until]));
  return times.length === 0 ? undefined : Math.min(...times);
}

/** The state to show: a run that should be moving and has no live owner is `interrupted`, never `running`. */
export function shownState(recorded: RunState, due: number | undefined, ownerAlive: boolean, now: number): RunState {
  if (ownerAlive) return recorded;
  const shouldMove = recorded === 'running' || (recorded === 'waiting' && due !== undefined && due <= now);
  return shouldMove ? 'interrupted' : recorded;
}
