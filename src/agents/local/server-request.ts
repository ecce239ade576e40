import { messageOf, OrchestraError } from '../../shared/errors.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';

/** How to reach a server. */
export interface ServerApi {
  /** Without a slash at its end. */
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface ServerRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly body?: Json;
  readonly signal?: AbortSignal;
}

/** Servers on this machine answer such questions at once. */
const patienceMs = 10_000;

/** Longer lists of models are no lists of models. */
const longestAnswer = 16 * 1024 * 1024;

/**
 * Sends a request; a status that tells of a failure is one.
 * @throws OrchestraError MODEL_SERVER_FAILED, with `status` in its details where it answered
 */
export async function send(api: ServerApi, path: string, request: ServerRequest = {}): Promise<Response> {
  const { method = 'GET', body, signal = AbortSignal.timeout(patienceMs) } = request;
  const response = await fetch(`${api.address}${path}`, {
    method,
    headers: { ...api.headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal,
  }).catch((error: unknown) => {
    if (request.signal?.aborted) throw error;
    throw failure(api, reasonOf(error));
  });
  if (response.ok) return response;
  const said = await readText(api, response);
  throw failure(api, `${path}: ${response.status} ${errorIn(said)}`.trim(), { status: response.status });
}

/** The answer as JSON. */
export async function askFor(api: ServerApi, path: string, request?: ServerRequest): Promise<Json> {
  const read = parseForeignJson(await readText(api, await send(api, path, request)));
  if ('problem' in read) throw failure(api, `${path}: the answer is ${read.problem}`);
  return read.value;
}

export function failure(api: ServerApi, what: string, details?: Readonly<Record<string, unknown>>): OrchestraError {
  return new OrchestraError('MODEL_SERVER_FAILED', `the server at ${api.address}: ${what}`, details ? { details } : {});
}

async function readText(api: ServerApi, response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > longestAnswer) throw failure(api, 'its answer has no end');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** `{"error": "..."}` of Ollama, `{"error": {"message": "..."}}` of the others. */
function errorIn(text: string): string {
  const read = parseForeignJson(text);
  if ('problem' in read || !isJsonObject(read.value)) return '';
  const { error } = read.value;
  if (typeof error === 'string') return error;
  return isJsonObject(error) && typeof error['message'] === 'string' ? error['message'] : '';
}

function reasonOf(error: unknown): string {
  if (error instanceof DOMException && error.name === 'TimeoutError') return 'no answer within 10 s';
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return isJsonObject(cause) && typeof cause['code'] === 'string' ? cause['code'] : messageOf(cause);
}
