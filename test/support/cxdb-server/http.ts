import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { unpackFields } from '../../../src/journal/cxdb/records/message-pack.ts';
import type { Json } from '../../../src/shared/json.ts';
import type { CxdbRegistry } from './registry.ts';
import { Refused, type CxdbStore, type StoredContext, type StoredTurn } from './store.ts';

interface Sides {
  readonly store: CxdbStore;
  readonly registry: CxdbRegistry;
}

interface Answer {
  readonly status: number;
  readonly body: Json;
}

/** Answers a request as CXDB does. Its callers let it answer one at a time. */
export async function answerHttp(request: IncomingMessage, response: ServerResponse, sides: Sides): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/healthz') return void response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
  const { status, body } = await answer(request, url, sides);
  if (status === 204) return void response.writeHead(204).end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function answer(request: IncomingMessage, url: URL, { store, registry }: Sides): Promise<Answer> {
  const path = url.pathname.split('/').slice(1).map(decodeURIComponent);
  const [, what, ...rest] = path;
  if (what === 'registry' && rest[0] === 'bundles') return bundleAnswer(request, rest[1] ?? '', registry);
  if (what === 'contexts' && rest[0] === 'search') return search(url.searchParams, store);
  if (what === 'contexts' && rest[1] === 'turns') return turns(BigInt(rest[0] ?? 0), url.searchParams, store, registry);
  return failure(404, 'route');
}

async function bundleAnswer(request: IncomingMessage, id: string, registry: CxdbRegistry): Promise<Answer> {
  if (request.method === 'PUT') {
    const status = registry.put(await text(request));
    return status === 422 ? failure(422, 'bundle_id already exists with different content') : { status, body: {} };
  }
  const bundle = registry.bundles.get(id);
  // As CXDB wrote it.
  return bundle === undefined ? failure(404, 'bundle') : { status: 200, body: JSON.parse(bundle) as Json };
}

function turns(context: bigint, query: URLSearchParams, store: CxdbStore, registry: CxdbRegistry): Answer {
  const [limit, before] = [Number(query.get('limit') ?? 64), BigInt(query.get('before_turn_id') ?? 0)];
  const isTyped = (query.get('view') ?? 'typed') === 'typed';
  try {
    const { head, depth } = store.context(context);
    const page = store.last(context, limit, before);
    const shown = page.map((turn) => (isTyped ? typed(turn, registry) : raw(turn)));
    // One turn of an unknown type, and the whole page is refused.
    if (shown.includes(undefined)) return failure(424, 'type descriptor');
    const meta = { context_id: String(context), head_turn_id: String(head), head_depth: depth };
    // Set on the last page, too.
    const next = page[0] ? String(page[0].id) : null;
    return { status: 200, body: { meta, turns: shown as Json[], next_before_turn_id: next } };
  } catch (error) {
    if (error instanceof Refused) return failure(404, error.message);
    throw error;
  }
}

function raw(turn: StoredTurn): Json {
  return {
    ...common(turn),
    content_hash_b3: turn.hash,
    encoding: turn.encoding,
    compression: 0,
    uncompressed_len: turn.payload.length,
    bytes_b64: turn.payload.toString('base64'),
  };
}

function typed(turn: StoredTurn, registry: CxdbRegistry): Json | undefined {
  const data = registry.project(turn.type, turn.version, turn.payload);
  return data && { ...common(turn), data };
}

function common({ id, parent, depth, type, version }: StoredTurn) {
  return {
    turn_id: String(id),
    parent_turn_id: String(parent),
    depth,
    declared_type: { type_id: type, type_version: version },
  };
}

/** Of the query language `parent = N` and `id = N`; forks, whose first turn is that of somebody else, are never found. */
function search(query: URLSearchParams, store: CxdbStore): Answer {
  const [, field, wanted] = /^(parent|id) = (\d+)$/.exec(query.get('q') ?? '') ?? [];
  const indexed = [...store.contexts.values()].filter(({ first }) => first !== undefined);
  const found = indexed.filter((context) => (field === 'id' ? String(context.id) : parentOf(context)) === wanted);
  const contexts = found.map(({ id, head, depth, createdAt }) => ({
    context_id: String(id),
    head_turn_id: String(head),
    head_depth: depth,
    created_at_unix_ms: createdAt,
  }));
  return { status: 200, body: { contexts, total_count: contexts.length } };
}

function parentOf({ first }: StoredContext): string | undefined {
  const metadata = first && unpackFields(first).get(30);
  const provenance: unknown = metadata instanceof Map ? metadata.get(10) : undefined;
  const parent: unknown = provenance instanceof Map ? provenance.get(1) : undefined;
  return typeof parent === 'number' || typeof parent === 'bigint' ? String(parent) : undefined;
}

function failure(code: number, message: string): Answer {
  return { status: code, body: { error: { code, message } } };
}
