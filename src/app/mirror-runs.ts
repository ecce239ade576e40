import type { MirrorDocument } from '../contract/command-documents.ts';
import { CxdbHttp } from '../journal/cxdb/http-client.ts';
import { Mirror } from '../journal/cxdb/mirror/mirror.ts';
import { standingOf } from '../journal/cxdb/mirror/standing.ts';
import { requiredCxdb } from './cxdb-settings.ts';
import { mirrorFolder } from './mirroring.ts';
import type { Orchestra } from './orchestra.ts';

/** Longer than any journal takes. */
const noLimitMs = 2 ** 31 - 1;
const timeoutMs = 10_000;

export interface MirrorRequest {
  /** Ids, beginnings of them, or `last`; none means every run. */
  readonly runs: readonly string[];
  readonly notice: (text: string) => void;
}

/**
 * Mirrors runs as a whole, with the runs they started, and says how far they are mirrored after that.
 * @throws OrchestraError CXDB_NOT_CONFIGURED, CONFIG_INVALID, RUN_UNKNOWN
 */
export async function mirrorRuns(
  orchestra: Orchestra,
  { runs: names, notice }: MirrorRequest,
): Promise<MirrorDocument> {
  const { journal, project, configuration } = orchestra;
  const { server } = requiredCxdb(configuration);
  const folder = mirrorFolder(project);
  const runs = await familiesOf(orchestra, names);
  const mirror = new Mirror({ journal, server, folder, notice });
  try {
    for (const run of runs) mirror.note(run);
    const left = await mirror.flush(noLimitMs);
    const unreached = runs.map((runId) => ({ runId, complete: false }));
    if (left?.reason !== undefined && left.runs.length === runs.length)
      return { server: server.http.href, runs: unreached, problem: left.reason };
    const parts = { journal, folder, server: server.http.href, http: new CxdbHttp(server.http, { timeoutMs }) };
    const standings = [];
    for (const runId of runs) standings.push({ runId, standing: await standingOf(runId, parts) });
    return {
      server: server.http.href,
      runs: standings.map(({ runId, standing }) => ({
        runId,
        ...('context' in standing && { context: String(standing.context) }),
        complete: standing.kind === 'complete',
      })),
      ...(left && { problem: left.reason }),
    };
  } finally {
    await mirror.close();
  }
}

/** The runs asked for and those they started, parents first. */
async function familiesOf(orchestra: Orchestra, names: readonly string[]): Promise<readonly string[]> {
  const { journal } = orchestra;
  if (names.length === 0) return (await journal.runs({ withChildren: true })).map(({ id }) => id).toReversed();
  const found = new Set<string>();
  const rows = await Promise.all(names.map((name) => orchestra.findRun(name)));
  const waiting = rows.map(({ id }) => id);
  for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
    found.add(id);
    const children = await journal.runs({ parent: id, withChildren: true });
    waiting.push(...children.map((child) => child.id));
  }
  return [...found];
}
