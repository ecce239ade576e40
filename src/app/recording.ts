import { recordingLineSchema, type RecordingLine } from '../contract/recording.ts';
import type { Journal, RunRow, Turn } from '../engine/ports/journal.ts';
import { turnTypes, type PipelineEdited } from '../engine/ports/turns.ts';
import { hydrate } from '../journal/hydrate.ts';
import type { RecordSource } from '../runtime/recorded/whole-record.ts';
import { OrchestraError } from '../shared/errors.ts';
import { parseForeignJson } from '../shared/foreign-json.ts';
import { canonicalJson, isJsonObject, type Json } from '../shared/json.ts';
import { readSettings, walkOptionsOf } from './settings.ts';
import { readTextFile } from './text-file.ts';

type LineOf<T extends RecordingLine['type']> = Extract<RecordingLine, { type: T }>;

/** The recording of a run and of its child pipelines, line after line; redacted as the journal is. */
export async function* recordingOf(journal: Journal, row: RunRow): AsyncGenerator<RecordingLine> {
  yield { type: 'recording', version: 1, runId: row.id };
  const bundles = new Set<string>();
  const bundle = async function* (hash: string): AsyncGenerator<RecordingLine> {
    if (bundles.has(hash)) return;
    bundles.add(hash);
    yield { type: 'bundle', hash, bundle: await readBundle(journal, hash) };
  };
  for await (const run of familyOf(journal, row)) {
    yield* bundle(run.bundle);
    yield await runLine(journal, run);
    for await (const turn of journal.tail(run.id, 0)) {
      const payload = withoutProcess(turn.type, await hydrate(journal, turn.payload));
      // Written by the runtime and kept as it was.
      if (turn.type === turnTypes.pipelineEdited) yield* bundle((payload as unknown as PipelineEdited).bundle);
      yield turnLine(run.id, turn, payload);
    }
  }
}

/** A run, then the runs below it. */
async function* familyOf(journal: Journal, row: RunRow): AsyncGenerator<RunRow> {
  yield row;
  for (const child of await journal.runs({ parent: row.id, withChildren: true })) yield* familyOf(journal, child);
}

/** What a replay reads of the settings; who did the work, and where, is no part of a recording. */
async function runLine(journal: Journal, row: RunRow): Promise<LineOf<'run'>> {
  const { id, pipeline, bundle, walkVersion, state, at, updatedAt, parent } = row;
  const { file, goal, backend, ...read } = await readSettings(journal, row.settings);
  const { inputs, ...walk } = walkOptionsOf(read);
  return {
    type: 'run',
    id,
    pipeline,
    bundle,
    walkVersion,
    state,
    at,
    updatedAt,
    ...(parent && { parent }),
    settings: { file, goal, ...walk, inputs: await hydrate(journal, inputs), backend },
  };
}

function turnLine(runId: string, { branch, type, version, key, at }: Turn, payload: Json): LineOf<'turn'> {
  return {
    type: 'turn',
    runId,
    ...(branch === undefined ? {} : { branch }),
    turn: type,
    turnVersion: version,
    ...(key === undefined ? {} : { key }),
    at,
    payload,
  };
}

/** Of a process, a replay compares the command alone. */
function withoutProcess(type: string, payload: Json): Json {
  if (type !== 'ProcessStarted' || !isJsonObject(payload)) return payload;
  return { ...payload, pid: 0, bootId: '', startTime: '' };
}

async function readBundle(journal: Journal, hash: string): Promise<Json> {
  const stored = await journal.getBlob(hash);
  if (!stored) throw new OrchestraError('JOURNAL_CORRUPT', `the pipeline ${hash} is missing from the journal`);
  return JSON.parse(new TextDecoder().decode(stored)) as Json;
}

export interface OpenRecording {
  readonly source: RecordSource;
  readonly sourceRun: RunRow;
}

/**
 * A recording as a replay reads it.
 * @param shownPath the path as the user wrote it
 * @throws OrchestraError FILE_UNREADABLE, RECORDING_INVALID with file:line of the culprit
 */
export async function openRecording(path: string, shownPath = path): Promise<OpenRecording> {
  const text = await readTextFile(path, shownPath);
  const runs = new Map<string, RunRow>();
  const bundles = new Map<string, Uint8Array>();
  const turns = new Map<string, Turn[]>();
  const turnsOf = (runId: string): Turn[] => {
    const known = turns.get(runId) ?? [];
    turns.set(runId, known);
    return known;
  };
  let root: string | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const read = readLine(line, `${shownPath}:${index + 1}`);
    if (read.type === 'recording') root = read.runId;
    if (read.type === 'bundle') bundles.set(read.hash, new TextEncoder().encode(canonicalJson(read.bundle)));
    if (read.type === 'run') runs.set(read.id, rowOf(read));
    if (read.type === 'turn') turnsOf(read.runId).push(turnOf(read, index));
  }
  const sourceRun = root === undefined ? undefined : runs.get(root);
  if (!sourceRun) throw new OrchestraError('RECORDING_INVALID', `${shownPath} holds no recorded run`);
  const source: RecordSource = {
    run: async (runId) => runs.get(runId),
    getBlob: async (hash) => bundles.get(hash),
    async *turns(runId, { branch, afterSeq = 0 } = {}) {
      for (const turn of turns.get(runId) ?? []) if (turn.branch === branch && turn.seq > afterSeq) yield turn;
    },
  };
  return { source, sourceRun };
}

function readLine(line: string, place: string): RecordingLine {
  const json = parseForeignJson(line);
  if ('problem' in json) throw new OrchestraError('RECORDING_INVALID', `${place} is ${json.problem}`);
  const read = recordingLineSchema.safeParse(json.value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  const at = issue ? issue.path.join('.') : '';
  throw new OrchestraError(
    'RECORDING_INVALID',
    `${place}: ${at === '' ? '' : `${at}: `}${issue?.message ?? 'not valid'}`,
  );
}

function rowOf({ type: _type, ...run }: LineOf<'run'>): RunRow {
  return { ...run, cwd: '' };
}

function turnOf({ runId: _runId, type: _type, turn, turnVersion, ...rest }: LineOf<'turn'>, index: number): Turn {
  return { ...rest, seq: index + 1, parent: undefined, type: turn, version: turnVersion };
}
