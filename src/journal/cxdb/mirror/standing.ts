import type { Journal } from '../../../engine/ports/journal.ts';
import type { CxdbHttp } from '../http-client.ts';
import { locate } from './locate.ts';
import { Positions } from './positions.ts';

/** How far a run is mirrored, as the server says. */
export type Standing =
  | { readonly kind: 'absent' }
  | { readonly kind: 'lost'; readonly context: bigint }
  | { readonly kind: 'behind'; readonly context: bigint; readonly turns: number }
  | { readonly kind: 'complete'; readonly context: bigint };

export interface StandingParts {
  readonly journal: Pick<Journal, 'tail'>;
  readonly http: CxdbHttp;
  /** Address of the server. */
  readonly server: string;
  /** Where the mirror keeps its positions. */
  readonly folder: string;
}

/** @throws HttpProblem where the server cannot be asked */
export async function standingOf(run: string, { journal, http, server, folder }: StandingParts): Promise<Standing> {
  const position = await new Positions(folder).read(run, server);
  if (!position) return { kind: 'absent' };
  const { context, seq } = position;
  const located = await locate(http, context, run);
  if (!located || located.seq < seq) return { kind: 'lost', context };
  let turns = 0;
  for await (const _turn of journal.tail(run, located.seq)) turns += 1;
  return turns === 0 ? { kind: 'complete', context } : { kind: 'behind', context, turns };
}
