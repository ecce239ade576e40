import type { Journal, RunStatusChange, Turn } from '../../../../engine/ports/journal.ts';
import { turnTypes } from '../../../../engine/ports/turns.ts';
import { messageOf } from '../../../../shared/errors.ts';
import { canonicalJson, type Json } from '../../../../shared/json.ts';
import type { ContextTurn } from '../../http-client.ts';
import { unreadable } from '../context-reader.ts';
import type { ImportedRun } from '../mirrored-run.ts';
import { OriginalEvents, type Recorded } from './original-events.ts';
import { walkedGraph } from './original-graph.ts';
import { originalTurn, type OriginalTurn } from './original-turns.ts';

export { isOriginalType } from './original-turns.ts';

export interface OriginalSession {
  readonly context: bigint;
  readonly content: readonly ContextTurn[];
  readonly journal: Pick<Journal, 'keep' | 'putBlob'>;
  /** When something was appended to the context last, in milliseconds. */
  readonly at: number;
}

export interface OriginalRun {
  readonly run: ImportedRun;
  /** What the record lacks. */
  readonly notes: readonly string[];
}

/** No walk of ours walked it, so that none goes on with it. */
const noWalkVersion = 0;

/**
 * A session of the original system as a run of ours: a record to be read, not to be gone on with.
 * @throws OrchestraError CXDB_UNREADABLE
 */
export async function originalRun({ context, content, journal, at }: OriginalSession): Promise<OriginalRun> {
  const turns = content.flatMap((turn) => read(context, turn) ?? []);
  const started = turns.find(({ kind, fields }) => kind === 'PipelineLifecycle' && fields.text('status') === 'started');
  const pipeline = started?.fields.text('pipeline_name') ?? 'Unnamed';
  const displayId = started?.fields.text('session_display_id');
  const events = new OriginalEvents();
  const recorded = turns.flatMap((turn) => events.of(turn));
  const settings: Json = {
    file: started?.fields.text('dot_file_path') ?? '',
    goal: started?.fields.text('goal') ?? '',
    inputs: {},
    backend: null,
    importedFrom: {
      system: 'dev.orchestra.v3',
      context: String(context),
      graphHash: started?.fields.text('graph_hash') ?? '',
    },
  };
  const run: ImportedRun = {
    row: {
      id: `v3-${displayId ?? 'session'}-${context}`,
      pipeline,
      bundle: await journal.putBlob(canonicalJson(walkedGraph(pipeline, turns))),
      walkVersion: noWalkVersion,
      cwd: '',
      settings: await journal.keep(settings),
      at,
    },
    turns: await Promise.all(withNumbers(recorded).map((turn) => keptTurn(turn, journal, at))),
    status: statusOf(turns),
    hasTimes: false,
  };
  return { run, notes: notesOn(events.unread + content.length - turns.length) };
}

function read(context: bigint, turn: ContextTurn): OriginalTurn | undefined {
  try {
    return originalTurn(turn);
  } catch (thrown) {
    throw unreadable(context, `has a turn (${turn.turn}) that cannot be read: ${messageOf(thrown)}`);
  }
}

interface Numbered {
  readonly recorded: Recorded;
  readonly seq: number;
  readonly parent: number | undefined;
}

/** Numbers turns in their order. The branch of a step follows the turn that started it. */
function withNumbers(recorded: readonly Recorded[]): readonly Numbered[] {
  let main: number | undefined;
  const heads = new Map<string, number>();
  return recorded.map((turn, index) => {
    const seq = index + 1;
    const parent = turn.kind === 'step' ? (heads.get(turn.key) ?? main) : main;
    if (turn.kind === 'step') heads.set(turn.key, seq);
    else main = seq;
    return { recorded: turn, seq, parent };
  });
}

/** What passes the door comes out as the record wants it: long texts of the original become blobs here. */
async function keptTurn(
  { recorded, seq, parent }: Numbered,
  journal: Pick<Journal, 'keep'>,
  at: number,
): Promise<Turn> {
  const { type, ...content } = contentOf(recorded);
  const payload = await journal.keep(content);
  const key = recorded.kind === 'walk' ? undefined : recorded.key;
  const isStep = recorded.kind === 'step';
  return {
    ...{ seq, parent, type, version: 1, at, payload },
    ...(key !== undefined && { key }),
    ...(isStep && { branch: recorded.key }),
  };
}

function contentOf(recorded: Recorded): { readonly type: string } {
  switch (recorded.kind) {
    case 'walk':
    case 'step':
      return recorded.event;
    case 'started':
      return { type: turnTypes.operationStarted, ...recorded.operation };
    case 'settled':
      return { type: turnTypes.operationSettled, ...recorded.operation };
  }
}

/** As the original derives it: the last word of its lifecycle. Without one, somebody was at work. */
function statusOf(turns: readonly OriginalTurn[]): RunStatusChange {
  const last = turns.findLast(({ kind }) => kind === 'PipelineLifecycle')?.fields.text('status');
  return { state: last === 'completed' || last === 'failed' || last === 'paused' ? last : 'running' };
}

function notesOn(unread: number): readonly string[] {
  return [
    'a session of the original system is a record to read: it cannot be resumed or replayed',
    'CXDB does not tell when turns were written: all of them bear the time of the last one',
    'the pipeline itself was not stored: its graph is what the session went through',
    ...(unread === 0 ? [] : [`${unread} turns of other kinds were left out`]),
  ];
}
