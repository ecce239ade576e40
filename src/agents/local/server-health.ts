import { messageOf } from '../../shared/errors.ts';
import type { ServerHealth } from './local-server.ts';

/** A server that takes longer to say that it is there is of no use. */
const patienceMs = 2_000;

/** Health by a question: `ask` gives the version where the server tells one. */
export async function healthFrom(ask: (signal: AbortSignal) => Promise<string | undefined>): Promise<ServerHealth> {
  const signal = AbortSignal.timeout(patienceMs);
  try {
    const version = await ask(signal);
    return { isUp: true, ...(version !== undefined && { version }) };
  } catch (thrown) {
    return { isUp: false, problem: signal.aborted ? `no answer within ${patienceMs / 1_000} s` : messageOf(thrown) };
  }
}
