import type { Journal, Turn } from '../engine/ports/journal.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { StoredArtifact } from './folds/artifact-fold.ts';
import { readTurn } from './folds/recorded-turn.ts';
import { hydrate, wholeTurn } from './hydrate.ts';

/** The content of an artifact in full. Throws `JOURNAL_CORRUPT` where the turn that stored it is gone. */
export async function artifactContent(
  journal: Pick<Journal, 'turns' | 'getBlob'>,
  runId: string,
  { name, seq }: StoredArtifact,
): Promise<Json> {
  const turn = await wholeTurn(journal, await turnAt(journal, runId, seq));
  const content = artifactsIn(turn, runId)[name];
  if (content === undefined) throw corruptTurn(runId, seq);
  return hydrate(journal, content);
}

/** What the settlement of a step stored, by name, as the journal kept it: long texts are references. */
export function artifactsIn(turn: Turn, runId: string): Readonly<Record<string, Json>> {
  const recorded = readTurn(turn);
  if (recorded?.kind !== 'settled' || recorded.operation.kind !== 'node') throw corruptTurn(runId, turn.seq);
  return recorded.operation.artifacts ?? {};
}

async function turnAt(journal: Pick<Journal, 'turns'>, runId: string, seq: number): Promise<Turn> {
  for await (const turn of journal.turns(runId, { afterSeq: seq - 1, upToSeq: seq })) return turn;
  throw corruptTurn(runId, seq);
}

export function corruptTurn(runId: string, seq: number): OrchestraError {
  return new OrchestraError('JOURNAL_CORRUPT', `turn ${seq} of run ${runId} is not what it was`, {
    details: { runId, seq },
  });
}
