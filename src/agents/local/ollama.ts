import { OrchestraError } from '../../shared/errors.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { readLines } from '../../shared/process/lines.ts';
import type { LocalModel, LocalServer, PullProgress } from './local-server.ts';
import { healthFrom } from './server-health.ts';
import { askFor, failure, send, type ServerApi } from './server-request.ts';

/** Ollama's own API, as of its documentation: `/api/version`, `/api/tags`, `/api/pull`, `/api/delete`. */
export function ollamaServer(api: ServerApi): LocalServer {
  return {
    address: api.address,
    health: () =>
      healthFrom(async (signal) => {
        const answer = await askFor(api, '/api/version', { signal });
        return isJsonObject(answer) && typeof answer['version'] === 'string' ? answer['version'] : undefined;
      }),
    async list() {
      const answer = await askFor(api, '/api/tags');
      const models = isJsonObject(answer) ? answer['models'] : undefined;
      if (!Array.isArray(models)) throw failure(api, '/api/tags: the answer holds no list of models');
      return models.flatMap(modelIn);
    },
    pull: (model, onProgress, signal) => pull(api, model, onProgress, signal),
    async remove(model) {
      await send(api, '/api/delete', { method: 'DELETE', body: { model } }).catch((error: unknown) => {
        throw unlessUnknown(error, model);
      });
    },
  };
}

function modelIn(entry: Json): readonly LocalModel[] {
  if (!isJsonObject(entry) || typeof entry['name'] !== 'string') return [];
  const { name, size, modified_at: modifiedAt } = entry;
  return [
    {
      name,
      ...(typeof size === 'number' && { bytes: size }),
      ...(typeof modifiedAt === 'string' && { modifiedAt }),
    },
  ];
}

/** A line of progress is short; what has no line ends is none. */
const lineLimits = { lineBytes: 64 * 1024, totalBytes: 256 * 1024 * 1024 };

/** The server says `success` in the end; what goes wrong after it has begun comes as a line, too. */
async function pull(
  api: ServerApi,
  model: string,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await send(api, '/api/pull', { method: 'POST', body: { model, stream: true }, signal }).catch(
    (error: unknown) => {
      throw unlessUnknown(error, model);
    },
  );
  if (!response.body) throw failure(api, '/api/pull: an answer without a word');
  let last = '';
  for await (const line of readLines(response.body, lineLimits)) {
    const read = parseForeignJson(line);
    if ('problem' in read || !isJsonObject(read.value)) throw failure(api, '/api/pull: a line that is no progress');
    const { error, status, completed, total } = read.value;
    if (typeof error === 'string') throw unlessUnknown(failure(api, `/api/pull: ${error}`), model);
    last = typeof status === 'string' ? status : '';
    onProgress({
      status: last,
      ...(typeof completed === 'number' && { doneBytes: completed }),
      ...(typeof total === 'number' && { totalBytes: total }),
    });
  }
  if (last !== 'success') throw failure(api, `the download of ${model} broke off`);
}

/** A model nobody has is the user's mistake, not the server's failure. */
function unlessUnknown(error: unknown, model: string): unknown {
  if (!(error instanceof OrchestraError)) return error;
  const isUnknown = error.details['status'] === 404 || /does not exist|not found/.test(error.message);
  return isUnknown ? new OrchestraError('MODEL_UNKNOWN', `there is no model "${model}"`, { cause: error }) : error;
}
