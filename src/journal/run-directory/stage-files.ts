import { printStatusFile } from '../../engine/handlers/status-file.ts';
import type { Journal, Turn } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { readTurn } from '../folds/recorded-turn.ts';
import type { EndedAttempt } from '../folds/visit-fold.ts';
import { hydrate, wholeTurn } from '../hydrate.ts';

/** The files of one attempt (5.6). */
export const stageFileNames = ['status.json', 'prompt.md', 'response.md'] as const;

export type StageFiles = Readonly<Record<(typeof stageFileNames)[number], string | undefined>>;

/** The files an attempt is shown as, with every text in full; undefined where it has none. */
export async function stageFiles(journal: Journal, runId: string, attempt: EndedAttempt): Promise<StageFiles> {
  const { node, outcomeSeq, stepSeq } = attempt;
  const artifacts = stepSeq === undefined ? {} : await artifactsIn(journal, runId, stepSeq);
  const text = async (name: string): Promise<string | undefined> => textOf(journal, artifacts[`${node}.${name}`]);
  return {
    'status.json': await statusFile(journal, runId, outcomeSeq),
    'prompt.md': await text('prompt'),
    'response.md': await text('response'),
  };
}

async function statusFile(journal: Journal, runId: string, seq: number): Promise<string> {
  const turn = await turnAt(journal, runId, seq);
  const recorded = readTurn({ ...turn, payload: await hydrate(journal, turn.payload) });
  if (recorded?.kind === 'event' && 'outcome' in recorded.event) return printStatusFile(recorded.event.outcome);
  throw corrupt(runId, seq);
}

async function artifactsIn(journal: Journal, runId: string, seq: number): Promise<Readonly<Record<string, Json>>> {
  const recorded = readTurn(await wholeTurn(journal, await turnAt(journal, runId, seq)));
  if (recorded?.kind !== 'settled' || recorded.operation.kind !== 'node') throw corrupt(runId, seq);
  return recorded.operation.artifacts ?? {};
}

async function textOf(journal: Journal, content: Json | undefined): Promise<string | undefined> {
  if (content === undefined) return undefined;
  const whole = await hydrate(journal, content);
  return typeof whole === 'string' ? whole : `${JSON.stringify(whole, undefined, 2)}\n`;
}

async function turnAt(journal: Journal, runId: string, seq: number): Promise<Turn> {
  for await (const turn of journal.turns(runId, { afterSeq: seq - 1, limit: 1 })) {
    if (turn.seq === seq) return turn;
  }
  throw corrupt(runId, seq);
}

function corrupt(runId: string, seq: number): OrchestraError {
  return new OrchestraError('JOURNAL_CORRUPT', `turn ${seq} of run ${runId} is not what it was`, {
    details: { runId, seq },
  });
}
