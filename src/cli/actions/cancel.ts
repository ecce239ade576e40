import { randomUUID } from 'node:crypto';
import { Orchestra } from '../../app/orchestra.ts';
import { finalStates } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';

export interface CancelFlags {
  readonly json?: boolean;
  readonly reason?: string;
}

export async function cancelRun(this: CliContext, flags: CancelFlags, runId: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    const orchestra = await Orchestra.open({ cwd: this.cwd, env: this.env });
    try {
      const row = await orchestra.findRun(runId);
      if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${row.id} is ${row.state} already`);
      await orchestra.send(row.id, { kind: 'cancel', reason: flags.reason ?? 'cancelled by the user' }, 'cli', randomUUID());
      const state = await settle(orchestra, row);
      if (flags.json) printJson(this, { runId: row.id, state });
      else printLine(this, `Run ${row.id} is ${state}.`);
      return exitCodes.success;
    } finally {
      await orchestra.close();
    }
  });
}

/** Waits until the run has ended; with no live owner, ends it here (semantics.md, Inbox). */
async function settle(orchestra: Orchestra, row: RunRow): Promise<string> {
  const lease = await orchestra.journal.leaseOf(row.id);
  if (!lease?.alive) {
    const session = await orchestra.resume(row.id);
    return (await session.done).state;
  }
  const ended = Promise.withResolvers<string>();
  const look = async (): Promise<void> => {
    const now = await orchestra.journal.run(row.id);
    if (now && finalStates.has(now.state)) ended.resolve(now.state);
  };
  const check = (): void => void look().catch(ended.reject);
  const stop = orchestra.journal.watch(row.id, check);
  check();
  try {
    return await ended.promise;
  } finally {
    stop();
  }
}
