import { isJsonObject, type Json } from '../../shared/json.ts';
import type { LocalModel, LocalServer } from './local-server.ts';
import { healthFrom } from './server-health.ts';
import { askFor, failure, send, type ServerApi } from './server-request.ts';

/** llama.cpp, LocalAI and whatever else speaks OpenAI's wire format: models come with the server. */
export function compatibleServer(api: ServerApi): LocalServer {
  return {
    address: api.address,
    // llama.cpp and LocalAI say at `/health` that they are loading; others know only the list of models.
    health: () =>
      healthFrom(async (signal) => {
        await send(api, '/health', { signal }).catch((error: unknown) => {
          signal.throwIfAborted();
          return send(api, '/v1/models', { signal }).catch(() => {
            throw error;
          });
        });
        return undefined;
      }),
    async list() {
      const answer = await askFor(api, '/v1/models');
      const models = isJsonObject(answer) ? answer['data'] : undefined;
      if (!Array.isArray(models)) throw failure(api, '/v1/models: the answer holds no list of models');
      return models.flatMap(modelIn);
    },
  };
}

function modelIn(entry: Json): readonly LocalModel[] {
  return isJsonObject(entry) && typeof entry['id'] === 'string' ? [{ name: entry['id'] }] : [];
}
