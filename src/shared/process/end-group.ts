import { setTimeout as delay } from 'node:timers/promises';
import { bootId, startTimeOf } from './identity.ts';
import { processTable, wasStartedWith, type ProcessRow } from './process-table.ts';

/** What the journal keeps of a started program: enough to find it again, and never to hit another. */
export interface ProcessFacts {
  /** Of the program, which leads a process group of its own. */
  readonly pid: number;
  readonly bootId: string;
  readonly startTime: string;
}

/** Everything one started program has brought forth. */
export interface GroupTarget extends ProcessFacts {
  /** The value of ORCHESTRA_OPERATION it was started with: finds members that moved to a session of their own. */
  readonly operation: string;
}

/** By this variable descendants are recognised wherever they went (Linux). Unset it for a daemon meant to outlive its step. */
export const operationVariable = 'ORCHESTRA_OPERATION';

/**
 * Holds the pid of the started program, as an operation can be started again under the same name: by a
 * process that took the run over. What the former owner ends then are its own programs only.
 */
export const leaderVariable = 'ORCHESTRA_LEADER';

export interface EndOptions {
  /** From TERM to KILL; 5 seconds unless told. */
  readonly graceMs?: number | undefined;
  /** From now to TERM, for leftovers that are about to end by themselves; 0 unless told. */
  readonly patienceMs?: number;
}

const defaultGraceMs = 5_000;
const killPatienceMs = 5_000;

/**
 * Ends the whole process group, what descends from it, and what carries its operation: TERM, then
 * KILL after `graceMs`. Stopped processes are woken for the TERM. Resolves when nothing is left, or
 * with the pids that withstood KILL for five seconds (uninterruptible input or output).
 * The caller vouches for the pid: use `endStale` for facts read from a journal.
 */
export function endGroup(target: GroupTarget, options: EndOptions = {}): Promise<readonly number[]> {
  return endAll(new Hunt(target, target.pid), options);
}

async function endAll(hunt: Hunt, options: EndOptions): Promise<readonly number[]> {
  if (await hunt.endsWithin(options.patienceMs ?? 0)) return [];
  hunt.signal('SIGTERM');
  hunt.signal('SIGCONT');
  if (await hunt.endsWithin(options.graceMs ?? defaultGraceMs)) return [];
  const deadline = performance.now() + killPatienceMs;
  do {
    // Again and again: a member may have forked between look and shot.
    hunt.signal('SIGKILL');
  } while (!(await hunt.endsWithin(50)) && performance.now() < deadline);
  return hunt.left().map((row) => row.pid);
}

/**
 * Ends what still lives of a program an earlier process started, if it is still that program: same
 * boot, and the same start time, or, where the leader is gone, members that carry the operation.
 */
export async function endStale(target: GroupTarget, options: EndOptions = {}): Promise<readonly number[]> {
  if (target.bootId !== bootId()) return [];
  // Without its leader the number may belong to others by now: then only what carries the operation is ours.
  const led = startTimeOf(target.pid) === target.startTime;
  return endAll(new Hunt(target, led ? target.pid : nobody), options);
}

/**
 * Looks in a row that must find nothing: a process just forked may stand in no list yet, and one that is becoming another
 * program has no environment to be recognised by for a moment.
 */
const looksToBelieve = 3;

/** No group has it, so that only the marks count. */
const nobody = 0;

class Hunt {
  readonly #target: GroupTarget;
  readonly #group: number;
  readonly #marks: readonly string[];
  /** Start times of what was ever found, so that a descendant stays known when its parent dies first. */
  readonly #found = new Map<number, string | undefined>();

  /** @param group number of the process group, or `nobody` */
  constructor(target: GroupTarget, group: number) {
    this.#target = target;
    this.#group = group;
    this.#marks = [`${operationVariable}=${target.operation}`, `${leaderVariable}=${target.pid}`];
  }

  /** What still runs, looked up afresh. */
  left(): readonly ProcessRow[] {
    const rows = processTable();
    const members = new Map<number, ProcessRow>();
    for (const row of rows) if (this.#belongs(row)) members.set(row.pid, row);
    this.#addDescendants(rows, members);
    for (const row of members.values()) this.#found.set(row.pid, row.startTime);
    return [...members.values()];
  }

  #belongs(row: ProcessRow): boolean {
    if (row.pid === process.pid || row.pid <= 1) return false;
    if (this.#group !== nobody && row.group === this.#group) return true;
    if (this.#found.has(row.pid) && this.#found.get(row.pid) === row.startTime) return true;
    // Reading an environment costs most of the sweep; what is older than the program cannot descend from it.
    const older = row.startTime !== undefined && Number(row.startTime) < Number(this.#target.startTime);
    return !older && wasStartedWith(row.pid, ...this.#marks);
  }

  #addDescendants(rows: readonly ProcessRow[], members: Map<number, ProcessRow>): void {
    const children = Map.groupBy(rows, (row) => row.parent);
    const parents = [...members.keys()];
    for (let parent = parents.pop(); parent !== undefined; parent = parents.pop()) {
      for (const child of children.get(parent) ?? []) {
        if (members.has(child.pid) || child.pid === process.pid) continue;
        members.set(child.pid, child);
        parents.push(child.pid);
      }
    }
  }

  signal(name: NodeJS.Signals): void {
    // The group as one, so that no member can fork itself past the signal; then those outside it.
    if (this.#group !== nobody) send(-this.#group, name);
    for (const row of this.left()) if (row.group !== this.#group) send(row.pid, name);
  }

  async endsWithin(ms: number): Promise<boolean> {
    const deadline = performance.now() + ms;
    let emptyLooks = 0;
    for (let pause = 2; ; pause = Math.min(pause * 2, 50)) {
      emptyLooks = this.left().length === 0 ? emptyLooks + 1 : 0;
      if (emptyLooks === looksToBelieve) return true;
      const remaining = deadline - performance.now();
      if (emptyLooks === 0 && remaining <= 0) return false;
      await delay(emptyLooks > 0 ? pause : Math.min(pause, remaining));
    }
  }
}

function send(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // Gone already, or (macOS) a group of zombies: nothing left to signal.
    if (error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM')) return;
    throw error;
  }
}
