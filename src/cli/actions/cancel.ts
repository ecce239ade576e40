import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Orchestra } from '../../app/orchestra.ts';
import type { CancelDocument } from '../../contract/command-documents.ts';
import { finalStates, type RunState } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface CancelFlags {
  readonly json?: boolean;
  readonly reason?: string;
}

export async function cancelRun(this: CliContext, flags: CancelFlags, runId: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${row.id} is ${row.state} already`);
    await orchestra.send(
      row.id,
      { kind: 'cancel', reason: flags.reason ?? 'cancelled by the user' },
      'cli',
      randomUUID(),
    );
    const state = await settle(orchestra, row);
    if (flags.json) printJson<CancelDocument>(this, { runId: row.id, state });
    else printLine(this, `Run ${row.id} is ${state}.`);
    return exitCodes.success;
  });
}

/** Waits until the run has ended; where its owner does not live, ends it here (semantics.md, Inbox). */
async function settle(orchestra: Orchestra, { id }: RunRow): Promise<RunState> {
  for (;;) {
    const { state } = await orchestra.findRun(id);
    if (finalStates.has(state)) return state;
    const lease = await orchestra.journal.leaseOf(id);
    if (!lease?.alive) {
      const ended = await endHere(orchestra, id);
      if (ended) return ended;
    }
    // Asked again rather than watched: the death of an owner changes nothing in the journal.
    await delay(100);
  }
}

/** Undefined where somebody else was faster and walks the run, or has just ended it. */
async function endHere(orchestra: Orchestra, runId: string): Promise<RunState | undefined> {
  try {
    const session = await orchestra.resume(runId, { toItsEnd: true });
    return (await session.done).state;
  } catch (thrown) {
    if (thrown instanceof OrchestraError && (thrown.code === 'RUN_HELD' || thrown.code === 'RUN_FINISHED'))
      return undefined;
    throw thrown;
  }
}
