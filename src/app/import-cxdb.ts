import type { ImportDocument } from '../contract/command-documents.ts';
import { HttpProblem } from '../journal/cxdb/http-client.ts';
import { importContext, type ImportReport } from '../journal/cxdb/import/import-context.ts';
import { ConnectionLost } from '../journal/cxdb/wire/connection.ts';
import { OrchestraError } from '../shared/errors.ts';
import { requiredCxdb } from './cxdb-settings.ts';
import type { Orchestra } from './orchestra.ts';

const timeoutMs = 30_000;

/**
 * Brings the run of a context of the project's CXDB server back into its journal, with the runs it started.
 * @param context as a user writes it
 * @throws OrchestraError USAGE, CXDB_NOT_CONFIGURED, CONFIG_INVALID, CXDB_UNAVAILABLE, CXDB_UNREADABLE, RUN_EXISTS, RUN_HELD
 */
export async function importFromCxdb({ journal, configuration }: Orchestra, context: string): Promise<ImportDocument> {
  if (!/^[1-9]\d{0,18}$/.test(context))
    throw new OrchestraError('USAGE', `"${context}" is not the number of a context`);
  const { server } = requiredCxdb(configuration);
  try {
    return documentOf(server.http.href, await importContext(BigInt(context), { journal, server, timeoutMs }));
  } catch (thrown) {
    if (!(thrown instanceof HttpProblem) && !(thrown instanceof ConnectionLost)) throw thrown;
    const message = `CXDB at ${server.http.href} cannot be read from: ${thrown.message}`;
    throw new OrchestraError('CXDB_UNAVAILABLE', message, { cause: thrown });
  }
}

function documentOf(server: string, { runs, notes }: ImportReport): ImportDocument {
  return {
    server,
    runs: runs.map(({ run: runId, context, ...rest }) => ({ runId, context: String(context), ...rest })),
    notes: [...notes],
  };
}
