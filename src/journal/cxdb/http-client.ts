import { z } from 'zod';
import { messageOf } from '../../shared/errors.ts';

/** The HTTP side of a server cannot be reached, or answers what its documentation does not know. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
}

/** Ids are u64, which JSON carries as texts. */
const id = z.union([z.string().regex(/^\d+$/), z.int().nonnegative()]).transform((value) => BigInt(value));

const rawTurn = z.object({
  turn_id: id,
  parent_turn_id: id,
  declared_type: z.object({ type_id: z.string(), type_version: z.coerce.number() }),
  bytes_b64: z.base64(),
});

const turnsPage = z.object({ turns: z.array(rawTurn) });

const foundContexts = z.object({
  contexts: z.array(z.object({ context_id: id, created_at_unix_ms: z.coerce.number() })),
});

/** A turn as the server keeps it. */
export interface ContextTurn {
  readonly turn: bigint;
  readonly type: string;
  readonly version: number;
  /** MessagePack. */
  readonly payload: Buffer;
}

/** How long a server is waited for. */
export interface Patience {
  /** The longest time it may take to answer. */
  readonly timeoutMs: number;
  /** Ends all waiting. */
  readonly signal?: AbortSignal;
}

export interface ReadPage {
  readonly limit: number;
  /** Only turns before this one. */
  readonly before?: bigint;
}

/**
 * What CXDB offers over HTTP, as far as it is needed. Turns are always asked for raw: the typed view turns whole numbers
 * into texts, and refuses a page (424) for a single turn whose type nobody has registered.
 */
export class CxdbHttp {
  readonly #base: URL;
  readonly #patience: Patience;

  constructor(base: URL, patience: Patience) {
    this.#base = base;
    this.#patience = patience;
  }

  /** @throws HttpProblem where the server is not there */
  async assertHealthy(): Promise<void> {
    const { status } = await this.#fetch('/healthz');
    if (status !== 200) throw new HttpProblem(`/healthz answers ${status}`);
  }

  /**
   * Makes types known to the server.
   * @returns `different`: it has other types under this name, so that its typed view will not show ours
   */
  async putBundle(bundleId: string, bundle: string): Promise<'registered' | 'known' | 'different'> {
    const headers = { 'content-type': 'application/json' };
    const answer = await this.#fetch(`/v1/registry/bundles/${encodeURIComponent(bundleId)}`, {
      method: 'PUT',
      headers,
      body: bundle,
    });
    if (answer.status === 201) return 'registered';
    if (answer.status === 204) return 'known';
    if (answer.status === 422 || answer.status === 409) return 'different';
    throw new HttpProblem(`the type bundle was answered with ${answer.status}`);
  }

  /** Whether a bundle is registered. */
  async hasBundle(bundleId: string): Promise<boolean> {
    const { status } = await this.#fetch(`/v1/registry/bundles/${encodeURIComponent(bundleId)}`);
    if (status === 200 || status === 404) return status === 200;
    throw new HttpProblem(`the type bundle was answered with ${status}`);
  }

  /** The last turns of a context, oldest first; undefined where there is no such context. */
  async turns(context: bigint, { limit, before }: ReadPage): Promise<readonly ContextTurn[] | undefined> {
    const query = new URLSearchParams({ view: 'raw', limit: String(limit) });
    if (before !== undefined) query.set('before_turn_id', String(before));
    const answer = await this.#fetch(`/v1/contexts/${context}/turns?${query.toString()}`);
    if (answer.status === 404) return undefined;
    const { turns } = await read(answer, turnsPage);
    return turns.map(({ turn_id: turn, declared_type: type, bytes_b64: payload }) => ({
      turn,
      type: type.type_id,
      version: type.type_version,
      payload: Buffer.from(payload, 'base64'),
    }));
  }

  /**
   * Every turn of a context, newest first. The server names a next page even after the last one: an empty
   * page ends it. Nothing at all where there is no such context.
   */
  async *backward(context: bigint, limit = 512): AsyncGenerator<ContextTurn> {
    let before: bigint | undefined;
    for (;;) {
      const page = await this.turns(context, { limit, ...(before !== undefined && { before }) });
      const [oldest] = page ?? [];
      if (!page || !oldest) return;
      yield* page.toReversed();
      before = oldest.turn;
    }
  }

  /** Contexts whose first turn names this one as their parent. */
  async childrenOf(context: bigint): Promise<readonly bigint[]> {
    const contexts = await this.#search(`parent = ${context}`);
    return contexts.map(({ context_id: child }) => child);
  }

  /**
   * When something was appended to a context last, in milliseconds: the server calls it the time of its creation and
   * writes it anew at every append. Undefined for contexts that cannot be searched for, as forks.
   */
  async lastActivity(context: bigint): Promise<number | undefined> {
    const [found] = await this.#search(`id = ${context}`);
    return found?.created_at_unix_ms;
  }

  async #search(q: string): Promise<z.infer<typeof foundContexts>['contexts']> {
    const query = new URLSearchParams({ q, limit: '10000' });
    const answer = await this.#fetch(`/v1/contexts/search?${query.toString()}`);
    return (await read(answer, foundContexts)).contexts;
  }

  /** Everything asked for here can be asked for twice: a connection kept from before may be one the server has ended. */
  async #fetch(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#fetchOnce(path, init).catch(() => this.#fetchOnce(path, init));
  }

  async #fetchOnce(path: string, init: RequestInit): Promise<Response> {
    try {
      const { timeoutMs, signal } = this.#patience;
      const limit = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]);
      return await fetch(new URL(path, this.#base), { ...init, signal: limit });
    } catch (thrown) {
      throw new HttpProblem(reasonOf(thrown), { cause: thrown });
    }
  }
}

/** `fetch failed` says nothing; what it was caused by does. */
function reasonOf(thrown: unknown): string {
  const cause = thrown instanceof Error ? thrown.cause : undefined;
  const message = cause === undefined ? messageOf(thrown) : messageOf(cause);
  return message === '' ? messageOf(thrown) : message;
}

async function read<T>(answer: Response, schema: z.ZodType<T>): Promise<T> {
  if (answer.status !== 200) throw new HttpProblem(`${new URL(answer.url).pathname} answers ${answer.status}`);
  const parsed = schema.safeParse(await body(answer));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new HttpProblem(`${new URL(answer.url).pathname}: ${issue?.path.join('.')}: ${issue?.message}`);
}

async function body(answer: Response): Promise<unknown> {
  try {
    return await answer.json();
  } catch (thrown) {
    throw new HttpProblem(reasonOf(thrown), { cause: thrown });
  }
}
