import { OrchestraError } from '../../../shared/errors.ts';
import type { ContextTurn, CxdbHttp } from '../http-client.ts';

/** A whole context, oldest turn first. @throws OrchestraError CXDB_UNREADABLE where there is none, or nothing in it */
export async function readContext(http: CxdbHttp, context: bigint): Promise<readonly ContextTurn[]> {
  const turns = await Array.fromAsync(http.backward(context));
  if (turns.length === 0) throw unreadable(context, 'is not there, or empty');
  return turns.toReversed();
}

export function unreadable(context: bigint, problem: string, hint?: string): OrchestraError {
  return new OrchestraError('CXDB_UNREADABLE', `context ${context} ${problem}`, {
    details: { context: String(context) },
    ...(hint !== undefined && { hint }),
  });
}
