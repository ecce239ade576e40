import { flagOf, integerOf, textOf } from '../../language/graph/attributes.ts';
import type { Graph, Node } from '../../language/graph/graph.ts';

/** How often and after which pauses a node is executed again (Attractor 3.5, 3.6). */
export interface RetryPolicy {
  /** At least 1; 1 means no retries. */
  readonly maxAttempts: number;
  readonly backoff: Backoff;
}

export interface Backoff {
  readonly initialDelayMs: number;
  readonly factor: number;
  readonly maxDelayMs: number;
  readonly jitter: boolean;
}

const maxDelayMs = 60_000;

/** The preset policies of 3.6 by name. */
export const retryPresets: ReadonlyMap<string, RetryPolicy> = new Map([
  ['none', preset(1, 0, 1)],
  ['standard', preset(5, 200, 2)],
  ['aggressive', preset(5, 500, 2)],
  ['linear', preset(3, 500, 1)],
  ['patient', preset(3, 2_000, 3)],
]);

function preset(maxAttempts: number, initialDelayMs: number, factor: number): RetryPolicy {
  return { maxAttempts, backoff: { initialDelayMs, factor, maxDelayMs, jitter: true } };
}

const standard = preset(5, 200, 2).backoff;

/**
 * The policy of a node. Attempts: node `max_retries`, else the attempts of the node's own
 * `backoff_policy`, else graph `default_max_retries` (or its alias), else those of the graph's
 * `backoff_policy`, else one. Delays: the nearest `backoff_policy`, else `standard`.
 */
export function retryPolicyOf(graph: Graph, node: Node): RetryPolicy {
  const own = retryPresets.get(textOf(node, 'backoff_policy') ?? '');
  const shared = retryPresets.get(textOf(graph, 'backoff_policy') ?? '');
  const inherited = integerOf(graph, 'default_max_retries') ?? integerOf(graph, 'default_max_retry');
  const attempts =
    plusOne(integerOf(node, 'max_retries')) ?? own?.maxAttempts ?? plusOne(inherited) ?? shared?.maxAttempts ?? 1;
  const backoff = own?.backoff ?? shared?.backoff ?? standard;
  const jitter = textOf(node, 'backoff_jitter') === undefined || flagOf(node, 'backoff_jitter');
  return { maxAttempts: Math.max(1, attempts), backoff: { ...backoff, jitter } };
}

function plusOne(retries: number | undefined): number | undefined {
  return retries === undefined ? undefined : retries + 1;
}

/**
 * Milliseconds to wait before retry number `attempt` (1 is the first retry).
 * @param token hexadecimal text that decides the jitter, so that a replay waits the same time
 */
export function retryDelayMs(attempt: number, backoff: Backoff, token: string): number {
  const delay = Math.min(backoff.initialDelayMs * backoff.factor ** (attempt - 1), backoff.maxDelayMs);
  return Math.round(backoff.jitter ? delay * (0.5 + unitInterval(token)) : delay);
}

function unitInterval(token: string): number {
  return Number.parseInt(token.slice(0, 8), 16) / 0x1_0000_0000;
}
