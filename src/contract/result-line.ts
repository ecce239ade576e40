import { assertNever } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import type { Diagnostic } from './diagnostic.ts';
import type { ResultStatus, RunState } from './run.ts';
import type { RunView, UsageTotals } from './run-view.ts';

/** The last line of `run --json` and `resume --json` (semantics.md, Machine interface). */
export interface ResultLine {
  readonly type: 'result';
  /** Empty where lint refused the pipeline, so that no run was created. */
  readonly runId: string;
  readonly status: ResultStatus;
  /** Top-level visits in order, start first, exit last, repeats kept. */
  readonly visited: readonly string[];
  /** Executions by node over all visits, branch nodes included. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Without `internal.*`. */
  readonly context: Readonly<Record<string, Json>>;
  /** Absent where no agent told any. */
  readonly usage?: UsageTotals;
  readonly failureReason?: string;
  /** Only where lint refused the pipeline. */
  readonly diagnostics?: readonly Diagnostic[];
}

/** The result line of a run that came to rest; undefined while it is on its way. */
export function resultLineOf(view: RunView): ResultLine | undefined {
  const status = resultStatusOf(view.state);
  if (status === undefined) return undefined;
  const { runId, visited, attempts, context, usage, failureReason } = view;
  const hasUsage = usage.inputTokens + usage.outputTokens > 0 || usage.costUsd !== undefined;
  return {
    type: 'result',
    runId,
    status,
    visited,
    attempts,
    context,
    ...(hasUsage && { usage }),
    ...(failureReason !== undefined && { failureReason }),
  };
}

/** The result line of a pipeline that lint refused. */
export function refusedLine(diagnostics: readonly Diagnostic[]): ResultLine {
  const first = diagnostics.find(({ severity }) => severity === 'error');
  return {
    type: 'result',
    runId: '',
    status: 'fail',
    visited: [],
    attempts: {},
    context: {},
    ...(first && { failureReason: first.message }),
    diagnostics,
  };
}

function resultStatusOf(state: RunState): ResultStatus | undefined {
  switch (state) {
    case 'completed':
      return 'success';
    case 'failed':
      return 'fail';
    case 'waiting':
    case 'paused':
    case 'cancelled':
      return state;
    case 'created':
    case 'running':
    case 'interrupted':
      return undefined;
    default:
      return assertNever(state);
  }
}
