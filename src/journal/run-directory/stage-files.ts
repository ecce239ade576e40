import { printStatusFile } from '../../engine/handlers/status-file.ts';
import type { Journal, Turn } from '../../engine/ports/journal.ts';
import { turnTypes } from '../../engine/ports/turns.ts';
import type { Json } from '../../shared/json.ts';
import { readTurn } from '../folds/recorded-turn.ts';
import type { EndedAttempt } from '../folds/visit-fold.ts';
import { hydrate, wholeTurn } from '../hydrate.ts';
import { artifactsIn, corruptTurn } from '../artifacts.ts';

/** The files of one attempt (5.6). */
export const stageFileNames = ['status.json', 'prompt.md', 'response.md'] as const;

/** Every text in full; undefined where an attempt has none. */
export type StageFiles = Readonly<Record<(typeof stageFileNames)[number], string | undefined>>;

/** Turns that tell of attempts: those of a long run are read in one go, and no other payloads with them. */
const telling: ReadonlySet<string> = new Set([turnTypes.operationSettled, 'StageCompleted', 'StageFailed']);

/** The files attempts are shown as, in the order they ended, which is that of `attempts`. */
export async function* stageFiles(
  journal: Journal,
  runId: string,
  attempts: readonly EndedAttempt[],
): AsyncGenerator<readonly [EndedAttempt, StageFiles]> {
  const seqs = attempts.flatMap(({ stepSeq, outcomeSeq }) => [stepSeq ?? outcomeSeq, outcomeSeq]);
  const wanted = new Set(seqs);
  const found = new Map<number, Turn>();
  const turns = journal.turns(runId, { afterSeq: smallest(seqs) - 1, payloadsOf: telling })[Symbol.asyncIterator]();
  for (const attempt of attempts) {
    while (!found.has(attempt.outcomeSeq)) {
      const { done, value: turn } = await turns.next();
      if (done) throw corruptTurn(runId, attempt.outcomeSeq);
      if (wanted.has(turn.seq)) found.set(turn.seq, turn);
    }
    yield [attempt, await filesOf(journal, runId, attempt, found)];
    found.delete(attempt.outcomeSeq);
    if (attempt.stepSeq !== undefined) found.delete(attempt.stepSeq);
  }
  await turns.return?.();
}

function smallest(numbers: readonly number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Infinity);
}

async function filesOf(
  journal: Journal,
  runId: string,
  { node, outcomeSeq, stepSeq }: EndedAttempt,
  turns: ReadonlyMap<number, Turn>,
): Promise<StageFiles> {
  const step = stepSeq === undefined ? undefined : found(turns, runId, stepSeq);
  const artifacts = step ? artifactsIn(await wholeTurn(journal, step), runId) : {};
  const text = async (name: string): Promise<string | undefined> => textOf(journal, artifacts[`${node}.${name}`]);
  return {
    'status.json': await statusFile(journal, runId, found(turns, runId, outcomeSeq)),
    'prompt.md': await text('prompt'),
    'response.md': await text('response'),
  };
}

function found(turns: ReadonlyMap<number, Turn>, runId: string, seq: number): Turn {
  const turn = turns.get(seq);
  if (!turn) throw corruptTurn(runId, seq);
  return turn;
}

async function statusFile(journal: Journal, runId: string, turn: Turn): Promise<string> {
  const recorded = readTurn({ ...turn, payload: await hydrate(journal, turn.payload) });
  if (recorded?.kind === 'event' && 'outcome' in recorded.event) return printStatusFile(recorded.event.outcome);
  throw corruptTurn(runId, turn.seq);
}

async function textOf(journal: Journal, content: Json | undefined): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const whole = await hydrate(journal, content);
  return typeof whole === 'string' ? whole : `${JSON.stringify(whole, undefined, 2)}\n`;
}
