import type { CxdbHttp } from '../http-client.ts';
import { decodeRecord, type ContextRecord } from '../records/record.ts';

/** What a server has of a run. */
export interface Located {
  /** Everything up to there is part of the context. */
  readonly seq: number;
  /** The state that was mirrored last, where nothing followed it. */
  readonly state?: string;
}

/**
 * What a context has of a run; undefined where it is none of it. A server that was restarted empty gives its
 * numbers anew, so that a known context may belong to somebody else by now.
 */
export async function locate(http: CxdbHttp, context: bigint, run: string): Promise<Located | undefined> {
  const [newest] = (await http.turns(context, { limit: 1 })) ?? [];
  const record = newest && legible(newest);
  if (record?.run !== run) return undefined;
  return { seq: record.seq, ...(record.kind === 'state' && { state: record.state }) };
}

/** The number by which a context knows a turn of the journal; undefined where it does not. */
export async function turnOf(http: CxdbHttp, context: bigint, seq: number): Promise<bigint | undefined> {
  for await (const turn of http.backward(context)) {
    const record = legible(turn);
    if (record?.kind === 'turn' && record.seq === seq) return turn.turn;
  }
  return undefined;
}

/** What does not have the form of our turns was not written here. */
function legible(turn: Parameters<typeof decodeRecord>[0]): ContextRecord | undefined {
  try {
    return decodeRecord(turn);
  } catch {
    return undefined;
  }
}
