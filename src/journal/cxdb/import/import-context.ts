import type { Journal } from '../../../engine/ports/journal.ts';
import { CxdbHttp } from '../http-client.ts';
import { kindOfType, runType } from '../records/types.ts';
import type { CxdbServer } from '../server.ts';
import { BlobSource } from './blob-source.ts';
import { readContext, unreadable } from './context-reader.ts';
import { mirroredRun, type ImportedRun } from './mirrored-run.ts';
import { isOriginalType, originalRun } from './original/original-run.ts';
import { writeRun, type WriteOutcome } from './write-run.ts';

export interface ImportParts {
  readonly journal: Journal;
  readonly server: CxdbServer;
  readonly timeoutMs: number;
}

export interface Imported {
  readonly run: string;
  readonly context: bigint;
  readonly pipeline: string;
  readonly outcome: WriteOutcome;
  readonly turns: number;
}

export interface ImportReport {
  /** The run of the context, then the runs it started. */
  readonly runs: readonly Imported[];
  /** What could not be brought along. */
  readonly notes: readonly string[];
}

/**
 * Brings the run of a context, and the runs it started, into a journal.
 * @throws OrchestraError CXDB_UNREADABLE, RUN_EXISTS, RUN_HELD
 * @throws HttpProblem, ConnectionLost where the server is not there
 */
export async function importContext(
  context: bigint,
  { journal, server, timeoutMs }: ImportParts,
): Promise<ImportReport> {
  const http = new CxdbHttp(server.http, { timeoutMs });
  const blobs = new BlobSource(server, timeoutMs);
  const source = (hash: string): Promise<Uint8Array | undefined> => blobs.get(hash);
  const runs: Imported[] = [];
  const notes: string[] = [];
  try {
    const waiting = [{ context, parent: undefined as string | undefined }];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const { run, notes: missing } = await runOf(http, journal, next.context);
      // A context that only names the other as its parent may be anybody's.
      if (next.parent !== undefined && run.row.parent?.runId !== next.parent) continue;
      const { id, pipeline } = run.row;
      const outcome = await writeRun(run, { journal, source });
      runs.push({ run: id, context: next.context, pipeline, outcome, turns: run.turns.length });
      notes.push(...missing);
      const children = await http.childrenOf(next.context);
      waiting.push(...children.map((child) => ({ context: child, parent: id })));
    }
  } finally {
    blobs.close();
  }
  return { runs, notes };
}

interface FoundRun {
  readonly run: ImportedRun;
  readonly notes: readonly string[];
}

/** The run of a context, by whichever system wrote it. */
async function runOf(http: CxdbHttp, journal: Journal, context: bigint): Promise<FoundRun> {
  const content = await readContext(http, context);
  const types = content.map(({ type }) => type);
  if (types.some((type) => type === runType || kindOfType(type) !== undefined))
    return { run: mirroredRun(context, content), notes: [] };
  if (types.some(isOriginalType))
    return originalRun({ context, content, journal, at: await lastActivity(http, context) });
  throw unreadable(context, `holds no session of Orchestra: it begins with ${types[0]}`);
}

/** The only time CXDB tells of a context. */
async function lastActivity(http: CxdbHttp, context: bigint): Promise<number> {
  return (await http.lastActivity(context)) ?? 0;
}
