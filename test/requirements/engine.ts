import type { Clauses } from './clauses.ts';

/** Attractor 3, "Pipeline Execution Engine". */
export const engine = {
  '3.1': {
    'run:lifecycle': 'A run is read, transformed, validated, prepared, walked and finished, in this order.',
    'run:invalid-refused': 'A pipeline with an error is not started.',
    'run:graph-mirrored': "The graph's attributes stand in the context under `graph.` before the first node.",
    'run:finalize':
      'The end of a run closes sessions and processes, writes the last checkpoint and emits the last event.',
  },
  '3.2': {
    'walk:start-node': 'The walk begins at the start node, found by shape or else by the ids `start` and `Start`.',
    'walk:loop': 'A node runs, its updates are applied, a checkpoint is saved, an edge is chosen, the next node runs.',
    'walk:terminal': 'Reaching the exit ends the run with success when every goal gate is satisfied.',
    'walk:no-edge-success': 'A node that succeeded and has no eligible edge ends the run with success.',
    'walk:no-edge-fail': 'A node that failed and has no way on ends the run with its failure.',
    'walk:context-updates': 'Context updates of an outcome are applied before the edge is chosen.',
    'walk:outcome-key':
      'After each node the context key `outcome` speaks of it, and `preferred_label` where it gave one.',
    'walk:checkpoint-each-node': 'A checkpoint is saved after every node and before anything that follows it.',
    'walk:loop-restart': 'An edge with `loop_restart` starts a fresh segment at its target, with its own log folder.',
    'walk:loop-restart-bound': 'At most `max_restarts` restarts happen (10 unless set); then the run fails.',
    'walk:loop-restart-context':
      'A restart puts the context back to graph and inputs; budgets and visit counts survive.',
  },
  '3.3': {
    'route:step-1-condition': 'Edges whose condition holds win over all others.',
    'route:step-1-best': 'Of several that hold, the highest weight wins, then the first target id.',
    'route:step-2-preferred-label': 'Else the unconditional edge with the preferred label is taken.',
    'route:step-2-normalized': 'Labels compare in lower case, trimmed, without `[Y] `, `Y) ` or `Y - `.',
    'route:step-3-suggested-ids': 'Else the first suggested id that an unconditional edge leads to is taken.',
    'route:step-4-weight': 'Else the unconditional edge of the highest weight is taken.',
    'route:step-5-lexical': 'Of equal weights, the target id that comes first in code-unit order is taken.',
    'route:false-condition-never-taken': 'An edge whose condition does not hold is never taken, by whatever step.',
    'route:label-unconditional-only': 'A preferred label or suggested id never leads over a conditional edge.',
    'route:deterministic': 'The same outcome and context always choose the same edge.',
  },
  '3.4': {
    'goal-gate:visited-only': 'Only goal gates that were visited are checked.',
    'goal-gate:last-outcome': 'The latest outcome of a gate counts; success and partial success satisfy it.',
    'goal-gate:target-order':
      "The jump goes to the node's `retry_target`, its fallback, the graph's target, the graph's fallback.",
    'goal-gate:no-target': 'Without any target the run fails and names the gate.',
    'goal-gate:bounded': 'Jumps for goal gates count against the visit limits, so they cannot go on for ever.',
    'goal-gate:rerun-before-exit': 'After a jump the gate itself runs again before the run may exit.',
    'goal-gate:in-branches': 'Gates inside parallel branches are tracked, and checked at the exit only.',
  },
  '3.5': {
    'retry:count': '`max_retries` counts additional attempts, so 3 means 4 executions.',
    'retry:default': "The node's value wins over the graph's; with neither there are no retries.",
    'retry:on-retry-status': 'RETRY is tried again while attempts are left.',
    'retry:fail-is-final': 'FAIL is never tried again.',
    'retry:exception-retryable': 'A thrown transient error is tried again; any other becomes FAIL with its text.',
    'retry:exhausted': 'RETRY with no attempt left becomes FAIL `max retries exceeded`.',
    'retry:allow-partial': 'With `allow_partial` it becomes PARTIAL_SUCCESS instead.',
    'retry:counter-reset': "A success sets the node's retry counter back.",
  },
  '3.6': {
    'retry:delay': 'The delay is initial x factor^(attempt-1), at most 60 s.',
    'retry:jitter': 'Jitter multiplies the delay by 0.5 to 1.5, the same for the same run and attempt.',
    'retry:preset:none': 'Preset `none`: one attempt.',
    'retry:preset:standard': 'Preset `standard`: 5 attempts, delays 200, 400, 800, 1600 ms.',
    'retry:preset:aggressive': 'Preset `aggressive`: 5 attempts, delays 500, 1000, 2000, 4000 ms.',
    'retry:preset:linear': 'Preset `linear`: 3 attempts, 500 ms each time.',
    'retry:preset:patient': 'Preset `patient`: 3 attempts, delays 2000, 6000 ms.',
    'retry:predicate':
      'Network errors, 429, 5xx and transient provider errors are retryable; 400, 401, 403 and bad set-ups are not.',
  },
  '3.7': {
    'failure:fail-edge': 'A failed node leaves by an edge whose condition holds.',
    'failure:retry-target': 'Else it leads to `retry_target`.',
    'failure:fallback-target': 'Else, or where that names no node, to `fallback_retry_target`.',
    'failure:ends-run': "Else the run fails with the node's reason.",
    'failure:plain-edge-not-taken': 'A failed node never leaves by a plain edge to anything but a diamond.',
    'failure:into-diamond': 'A plain edge into a diamond is taken, and the diamond routes on the failure.',
  },
  '3.8': {
    'walk:single-threaded': 'At the top level one node runs at a time.',
    'parallel:isolated-context':
      'Each branch has a deep copy of the context; its changes do not reach parent or siblings.',
  },
} as const satisfies Clauses;
