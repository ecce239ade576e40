import type { Json } from '../../shared/json.ts';
import { ask, refusal, type Api } from './api-call.ts';

/** The open change requests of the most laborious repositories are some thousands. */
const mostPages = 100;

/**
 * The entries of a list, page by page, until nobody asks for more. Whether there is another page is told by the `Link`
 * header, as all of these hosts send it; its address is not followed, since a token would go wherever it leads.
 * @param path with a query, without a page
 */
export async function* entriesOf(api: Api, path: string, signal: AbortSignal): AsyncGenerator<Json> {
  for (let page = 1; page <= mostPages; page++) {
    const { body, headers } = await ask(api, { method: 'GET', path: `${path}&page=${page}`, signal });
    if (!Array.isArray(body)) throw refusal(`${api.host} answered with something that is no list to GET ${path}`);
    // `isArray` says `any[]`, which JSON is not.
    yield* body as readonly Json[];
    if (!/rel="?next"?/.test(headers.get('link') ?? '')) return;
  }
  throw refusal(`${api.host} has more open change requests than can be looked through.`);
}
