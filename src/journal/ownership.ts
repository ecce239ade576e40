import type { LeaseHolder } from '../engine/ports/journal.ts';
import type { RunState, Waiting } from '../contract/run.ts';

/**
 * Who owns a run (R5), the same for every driver. The owner proves to be alive by a heartbeat. Its age is
 * counted on the steady clock of the machine, which nobody sets and which stands still while the machine
 * sleeps: a jump of the time of day or the sleep of a laptop costs no living owner its run. Where that clock
 * is no common one (another boot), the time of day decides, and:
 * - set forward, it makes heartbeats look old until the owner's next one. Somebody who comes in between
 *   takes the run over; the former owner is refused at its next append (`RUN_FENCED`) and leaves no trace.
 * - set back, it makes a heartbeat lie in the future; beyond the limit that counts as old too, or a dead
 *   owner would hold the run until the clock has caught up.
 */
export interface OwnershipRule {
  /** What the system says of the process that holds a lease. */
  readonly livenessOf: (holder: LeaseHolder) => Liveness;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds on the steady clock of that boot; undefined when it is not this machine's present one. */
  readonly steadyNow?: ((bootId: string) => number | undefined) | undefined;
}

/** When an owner was last heard of, on both clocks. */
export interface Heartbeat {
  readonly at: number;
  /** Absent where there is no steady clock. */
  readonly steadyAt: number | undefined;
}

/** `unknown`: the holder is on another host, or this system does not say. */
export type Liveness = 'alive' | 'dead' | 'unknown';

/** A heartbeat older than this is a lost one (semantics.md, Durability). */
export const heartbeatLimitMs = 30_000;

export function heartbeatNow({ bootId }: LeaseHolder, rule: OwnershipRule): Heartbeat {
  return { at: rule.now(), steadyAt: rule.steadyNow?.(bootId) };
}

/** Milliseconds since an owner was last heard of. */
export function heartbeatAge({ bootId }: LeaseHolder, { at, steadyAt }: Heartbeat, rule: OwnershipRule): number {
  const steadyNow = rule.steadyNow?.(bootId);
  return steadyNow === undefined || steadyAt === undefined ? Math.abs(rule.now() - at) : steadyNow - steadyAt;
}

export function isOwnerAlive(holder: LeaseHolder, heartbeat: Heartbeat, rule: OwnershipRule): boolean {
  return heartbeatAge(holder, heartbeat, rule) <= heartbeatLimitMs && rule.livenessOf(holder) !== 'dead';
}

/**
 * Whether a living owner must give way: a child is walked where its parent is, and who has taken the parent
 * over need not wait until the former owner is silent on the child too.
 */
export function mayTake(owner: LeaseHolder, next: LeaseHolder, ofParent: LeaseHolder | undefined): boolean {
  return ofParent !== undefined && isSame(ofParent, next) && !isSame(owner, next);
}

function isSame(one: LeaseHolder, other: LeaseHolder): boolean {
  return (
    one.pid === other.pid && one.host === other.host && one.bootId === other.bootId && one.startTime === other.startTime
  );
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
