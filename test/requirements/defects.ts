import type { Clauses } from './clauses.ts';

/** Defects known from comparable systems, each as the behaviour that excludes it. */
export const defects = {
  'Defects: correctness': {
    'defect:interactive-never-ends':
      'Auto-approval and closed input end every question; nothing calls a model for ever.',
    'defect:gate-approves-on-noise': 'Unknown input, end of input and a skip never count as the first option.',
    'defect:gate-without-timeout': "A gate's `timeout` is enforced.",
    'defect:skipped-gate-routes': 'A skipped gate takes no edge by weight or name.',
    'defect:failed-node-continues':
      'A failed node with a plain edge does not go on; record, events and exit code agree.',
    'defect:retry-target-unreachable': '`retry_target` works for a node that has plain edges.',
    'defect:max-visits-bypassed': 'A used-up `max_visits` blocks the edge, also when there is no other.',
    'defect:counters-lost': 'Visit counts survive a resume.',
    'defect:fail-fast-cancels-nothing': '`fail_fast` really ends the other branches.',
    'defect:first-success-waits': '`first_success` does not wait for the slowest branch.',
    'defect:parallel-invisible': 'Everything inside a parallel section is in the journal and in the event stream.',
    'defect:parallel-restarts': 'A crash inside a fan-out repeats no finished branch node.',
    'defect:nested-pipeline-events': 'A branch emits no second PipelineStarted or PipelineCompleted.',
    'defect:branch-loses-graph': 'Goal, retry defaults and stylesheet count inside branches.',
    'defect:resume-differs-from-run': 'A resumed run has the same stylesheet, tools, backend and settings.',
    'defect:shared-conversation': 'Two nodes, or two branches, never share a conversation by accident.',
    'defect:fan-in-model-crash': 'A fan-in with a prompt works with a backend that answers in text.',
    'defect:stuck-running': 'A handler that throws leaves a failed run, never one that looks running.',
    'defect:observer-aborts': 'An observer that throws does not end the run.',
    'defect:dotted-keys': 'Conditions reach dotted context keys, numbers and booleans.',
    'defect:scan-rejects-strings': '`--` and `digraph` inside strings and comments are no errors.',
    'defect:unescape-order': 'An escaped backslash before `n` stays a backslash and an `n`.',
    'defect:node-replaced': "A second statement for a node does not lose the first one's attributes.",
    'defect:subgraph-label-leaks': "A subgraph label does not become the graph's label.",
    'defect:bad-weight-crashes': 'A weight or timeout that is no number is a diagnostic, not a crash.',
    'defect:equal-specificity-first-wins': 'Of equal stylesheet rules the later wins, and quotes are removed.',
    'defect:unknown-shape-crashes': 'An unknown shape does not end a run in the middle.',
    'defect:duration-units': '`500ms` and `2h` work as timeouts, on every kind of node.',
    'defect:model-ignored': "A node's model, provider and effort reach the agent.",
    'defect:token-counts': 'Token counts of every turn, the last included, are counted as numbers.',
    'defect:event-data-lost': 'Error text and attempt numbers are stored with their events.',
    'defect:inherited-names':
      'A name that every object has from birth, such as `constructor` or `__proto__`, is a name like any other.',
    'defect:inputs-late': 'Malformed inputs are refused before anything is created.',
  },
  'Defects: performance': {
    'defect:quadratic-checkpoints': 'The bytes of a run grow with its length, not with its square.',
    'defect:unbounded-output': 'A tool that prints without end does not fill the memory.',
  },
  'Defects: security': {
    'defect:shell-injection': 'A context value rendered into a command is quoted; it cannot start another command.',
    'defect:model-sets-context': 'Text of a model sets no key that its node did not list.',
    'defect:secrets-stored': 'Secrets in outputs and contexts are not stored.',
    'defect:path-prefix':
      'A file tool stays in the working folder: no link, `..` or folder with the same beginning leads out of it.',
    'defect:path-escape': 'No name from a pipeline, agent or artifact leads outside the run directory.',
  },
  'Defects: workspace': {
    'defect:worktrees': 'Branch names, worktrees, commits and merges of parallel sections hold together.',
    'defect:writes-one-turn-late': 'Writes belong to the turn that made them, those of the last turn too.',
    'defect:staged-by-user': 'What the user has staged is in no commit of a run.',
    'defect:partial-merge': 'A conflict in one repository leaves no other one merged.',
    'defect:turn-restore-no-op': 'Going back to a turn brings code and conversation back, and says so only then.',
    'defect:read-only-breaks-merge': 'A branch that changed nothing does not break the fan-in.',
  },
  'Defects: CXDB': {
    'defect:cxdb-outage': 'A lost connection to CXDB never harms a run.',
  },
} as const satisfies Clauses;
