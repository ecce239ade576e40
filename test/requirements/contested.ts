import type { RequirementId } from '../requirements.ts';

/** A place where the Attractor text contradicts itself, is silent, or is changed by us, and what we chose. */
export interface ContestedPoint {
  readonly sections: readonly string[];
  /** What the text leaves open. */
  readonly question: string;
  readonly choice: string;
  readonly clauses: readonly RequirementId[];
}

/** The rule behind all of them: where the text is silent or contradicts itself, fail closed. */
export const contestedPoints: readonly ContestedPoint[] = [
  {
    sections: ['2.13', '3.3', '3.7'],
    question:
      '3.3 lets a failed node leave by any unconditional edge; 3.7 names only fail edges and retry targets; the branching example of 2.13 needs a failed node to reach the diamond behind it.',
    choice:
      'A failed node leaves by a matching condition, else `retry_target`, else the fallback target. An unconditional edge takes it only into a diamond. Otherwise the run fails.',
    clauses: ['failure:fail-edge', 'failure:plain-edge-not-taken', 'failure:into-diamond', 'failure:ends-run'],
  },
  {
    sections: ['2.13', '4.7'],
    question: 'A diamond returns SUCCESS, which would hide the outcome its edges ask for.',
    choice: 'A diamond keeps the outcome and the preferred label it received and routes on them.',
    clauses: ['conditional:keeps-outcome', 'example:2.13:branch'],
  },
  {
    sections: ['3.5', '5.2', '11.5'],
    question: '11.5 retries on RETRY or FAIL; 3.5 and 5.2 call FAIL permanent.',
    choice: 'FAIL is final, RETRY is retried. A transient agent error is reported as RETRY, so that it is retried too.',
    clauses: ['retry:fail-is-final', 'retry:on-retry-status', 'codergen:backend-error'],
  },
  {
    sections: ['3.5', '4.5'],
    question:
      '4.5 turns every backend exception into FAIL, which leaves the retryable errors of 3.6 no way to be retried.',
    choice: 'Transient errors (network, 429, 5xx, overload) become RETRY, all others FAIL.',
    clauses: ['retry:predicate', 'error:retryable', 'error:terminal'],
  },
  {
    sections: ['3.6'],
    question: 'The presets list as many delays as attempts, one more than there are waits.',
    choice: 'The attempts count: `standard` makes 5 executions with 4 waits between them.',
    clauses: ['retry:preset:standard', 'retry:preset:patient'],
  },
  {
    sections: ['3.6'],
    question: 'Jitter is random, but a replayed walk must wait the same time.',
    choice: 'Jitter is derived from run and operation: spread over runs, equal for the same one.',
    clauses: ['retry:jitter', 'durability:R4:deterministic'],
  },
  {
    sections: ['3.8', '4.8', '4.9'],
    question: 'The text does not say where the walk goes on after a parallel node.',
    choice:
      'At the common fan-in of its branches, also when the fan-out failed; the fan-in then fails. Without a common fan-in (a warning) the branches run to an exit or a dead end.',
    clauses: ['parallel:to-fan-in', 'parallel:no-fan-in', 'fan-in:all-failed'],
  },
  {
    sections: ['4.8'],
    question: 'Other branches "may" be cancelled after the first success.',
    choice: 'They are: their processes end, and they stand as `cancelled` in the results.',
    clauses: ['parallel:first-success', 'parallel:cancelled-branches'],
  },
  {
    sections: ['4.8'],
    question: 'An earlier edition knew `k_of_n`, `quorum` and error policies; the current table does not.',
    choice: 'They are kept as extensions: `join_policy=k_of_n|quorum`, `error_policy=continue|fail_fast|ignore`.',
    clauses: ['parallel:k-of-n', 'parallel:quorum', 'parallel:error-policy:fail-fast'],
  },
  {
    sections: ['4.2'],
    question: 'Any handler can be replaced by registering its type again.',
    choice:
      'Handlers that steer the walk (start, exit, conditional, human gate, parallel, fan-in, manager, sub-pipeline) are part of the walk and cannot be replaced; all others can, and new ones can be added.',
    clauses: ['handler:built-in-walk-handlers', 'handler:replace'],
  },
  {
    sections: ['4.6'],
    question: 'The pseudocode takes the first choice when the answer matches none.',
    choice: 'An unmatched answer never approves: a terminal asks again, a queue fails the gate.',
    clauses: ['human:unmatched', 'defect:gate-approves-on-noise'],
  },
  {
    sections: ['4.6', '11.6'],
    question:
      '4.6 returns `suggested_next_ids`, 11.6 `preferred_label`; with conditions on the edges neither would be followed.',
    choice: 'Both are set and the chosen edge is taken. Conditions on the edges of a gate only hide choices.',
    clauses: ['human:selected', 'human:condition-hides'],
  },
  {
    sections: ['4.6', '6.5'],
    question: 'Nothing says what a closed standard input means for an open question.',
    choice:
      'It only detaches the console. A gate with timeout and default is waited for; otherwise the run ends `waiting`, with exit code 3, and can be answered and resumed.',
    clauses: ['defect:interactive-never-ends', 'machine:exit:waiting'],
  },
  {
    sections: ['3.7', '4.6'],
    question:
      'A gate that fails (skipped, unmatched, timed out) could leave by a fail edge, or by any edge whose condition holds.',
    choice:
      'Only by an edge that is there for the failure: its condition holds for a failure and would not for a success. All other edges are choices, which only an answer takes.',
    clauses: ['human:skipped', 'defect:skipped-gate-routes', 'failure:fail-edge'],
  },
  {
    sections: ['4.6', '6.5'],
    question:
      '`human.default_choice` is an edge target in 6.5 and an unnamed choice in 4.6; a text may be the target of one choice and the key of another.',
    choice: 'A target wins over a key, a key over a label.',
    clauses: ['human:timeout-default'],
  },
  {
    sections: ['3.4'],
    question: 'A retry target of a goal gate may be the exit itself.',
    choice: 'It is passed over like one that does not exist: a jump to the exit can never satisfy a gate.',
    clauses: ['goal-gate:target-order', 'goal-gate:bounded'],
  },
  {
    sections: ['3.2', '11.3'],
    question: '3.2 ends with success where no edge is left; 11.3 wants every goal gate satisfied.',
    choice:
      'A run that ends without the exit has failed when a visited gate is not satisfied; otherwise it succeeds, with a warning.',
    clauses: ['walk:no-edge-success', 'goal-gate:last-outcome'],
  },
  {
    sections: ['3.7', '4.8'],
    question: 'A branch may be led back (by a retry target or an edge) to the fan-out it belongs to.',
    choice: 'The branch fails there: it would open branches within branches without end.',
    clauses: ['parallel:nested', 'failure:retry-target'],
  },
  {
    sections: ['4.9'],
    question: 'Nothing says what a model-ranked fan-in does with an answer that names no branch.',
    choice: 'It fails; nothing is guessed.',
    clauses: ['fan-in:prompt'],
  },
  {
    sections: ['3.2', '5.1'],
    question: '5.1 calls `preferred_label` that of the last handler; 3.2 sets it only where a node gave one.',
    choice:
      'As 3.2: the key keeps the last label given. The condition key `preferred_label` speaks of the node just executed only (10.4).',
    clauses: ['context:key:preferred_label', 'walk:outcome-key'],
  },
  {
    sections: ['4.11', '5.1'],
    question: 'The manager reads `context.stack.child.status`, while `stack.*` is the prefix of 5.1.',
    choice: 'The keys are `stack.child.*`; conditions reach them as `context.stack.child.*`.',
    clauses: ['manager:observe', 'condition:context-prefix'],
  },
  {
    sections: ['4.11'],
    question: "The child's file is a graph attribute, so a graph could have one child only.",
    choice: "A node may set `stack.child_dotfile` itself; the graph's counts for those that do not.",
    clauses: ['attr:graph:stack.child_dotfile'],
  },
  {
    sections: ['5.2'],
    question: 'SKIPPED proceeds "without recording an outcome", but the edge selection needs one.',
    choice:
      'The node is left with status skipped for its own edges; the outcome recorded for goal gates stays as it was.',
    clauses: ['outcome:skipped'],
  },
  {
    sections: ['5.3'],
    question:
      'The resume restores context, nodes and retry counters; gate outcomes and visit counts are not mentioned.',
    choice: 'They are restored too: a resumed run decides as the undisturbed one would.',
    clauses: ['checkpoint:restore', 'durability:R2:same-result'],
  },
  {
    sections: ['5.3', '5.4'],
    question: 'A resumed node loses its session and degrades to `summary:high`.',
    choice: 'Only where the agent cannot continue its session; where it can, the session goes on.',
    clauses: ['checkpoint:fidelity-degrades', 'durability:R3:session-resumed'],
  },
  {
    sections: ['5.4'],
    question: "For threads the node's attribute stands before the edge's, for fidelity the other way round.",
    choice: 'Both orders are kept as written.',
    clauses: ['thread:precedence', 'fidelity:precedence'],
  },
  {
    sections: ['5.5', '5.6'],
    question: 'Checkpoint, run directory and artifacts are files that the engine depends on.',
    choice: 'The journal is the truth; checkpoint and run directory are copies, written when idle and at the end.',
    clauses: ['durability:R6:run-dir-is-projection', 'checkpoint:content'],
  },
  {
    sections: ['7.2', '11.12'],
    question: '7.2 makes an unreachable node an error, the parity matrix a warning.',
    choice: 'It is an error (fail closed). Nodes reached only through retry targets are reachable.',
    clauses: ['lint:reachability', 'parity:validate-orphan'],
  },
  {
    sections: ['2.8', '4.2'],
    question: 'A shape outside the table has no handler of its own.',
    choice: 'It is an agent task, with a warning.',
    clauses: ['shape:default', 'lint:own:unknown-shape'],
  },
  {
    sections: ['2.6', '4.6'],
    question: 'The label of a node defaults to its id, yet a gate without a label asks `Select an option:`.',
    choice: 'The id stands for the label in pictures and prompts; the question of a gate is as 4.6 has it.',
    clauses: ['attr:node:label', 'human:question'],
  },
  {
    sections: ['2.6', '8.5'],
    question: 'The provider is detected from the model by nobody in particular.',
    choice: 'By the agent, which knows its models. `llm_provider` is handed to it with the node.',
    clauses: ['attr:node:llm_provider'],
  },
  {
    sections: ['2.6', '8.5'],
    question: '`reasoning_effort` is `high` where nothing sets it, or the default of the system.',
    choice: 'It is `high`: an agent with another habit is told so.',
    clauses: ['attr:node:reasoning_effort', 'stylesheet:resolution'],
  },
  {
    sections: ['9.6'],
    question: 'Nothing says what an observer that fails means for the run.',
    choice: 'Nothing: it is told of later events too, and the process is warned once.',
    clauses: ['event:observer', 'defect:observer-aborts'],
  },
  {
    sections: ['Appendix A'],
    question: '`stack.child_workdir` names a folder without saying as seen from where.',
    choice: 'From the folder of the parent run, for every child pipeline that its graph starts.',
    clauses: ['attr:graph:stack.child_workdir'],
  },
  {
    sections: ['3.1', 'Appendix D'],
    question: 'Structural errors found while a pipeline runs end it at once.',
    choice:
      'All of them are found before, in child pipelines too, and a run walks the bundle that was checked. Past that, a graph without start or exit is not walked, and a condition that cannot be read holds never, with a warning.',
    clauses: ['error:pipeline', 'condition:syntax-error'],
  },
  {
    sections: ['3.2', '4.3', '4.4'],
    question: 'Start and exit are found by shape or by id, and a graph may have both.',
    choice: 'The ids count only where no node has the shape.',
    clauses: ['walk:start-node', 'lint:start_node', 'lint:terminal_node'],
  },
  {
    sections: ['3.2'],
    question: '`loop_restart` says nothing about context, budgets and an end.',
    choice:
      'The context goes back to graph and inputs, budgets and visit counts survive, and at most `max_restarts` (10) restarts happen.',
    clauses: ['walk:loop-restart-context', 'walk:loop-restart-bound'],
  },
  {
    sections: ['3.3', '3.4'],
    question: 'Loops and goal-gate jumps have no bound.',
    choice:
      '`max_visits` works on every edge and counts the visits of its target; without one `default_max_visits` (100) ends the loop. Goal-gate jumps count.',
    clauses: ['durability:R8:visits', 'durability:R8:default-bound', 'goal-gate:bounded'],
  },
  {
    sections: ['9.2', '4.5'],
    question: '`$goal` is expanded by a transform and again by the handler.',
    choice: 'Once: a goal that itself contains `$goal` is not expanded again.',
    clauses: ['codergen:goal-expanded', 'transform:goal'],
  },
  {
    sections: ['10.2', '10.4', '10.5'],
    question: 'The grammar wants an operator and known keys; the evaluation also takes bare and unqualified keys.',
    choice: 'Bare keys are read. Keys without `context.` other than `outcome` and `preferred_label` are errors.',
    clauses: ['condition:bare-key', 'condition:unknown-key'],
  },
  {
    sections: ['10.5'],
    question:
      'A bare key holds when its text is truthy, which the texts `false` and `0` of a boolean and a number are too.',
    choice: 'It holds when the value is neither empty nor `false` nor `0`: a flag that was set to false opens no edge.',
    clauses: ['condition:bare-key'],
  },
  {
    sections: ['10.5'],
    question: 'Splitting at `&&` and `!=` would cut quoted literals that hold them.',
    choice: 'Conditions are parsed, not split: quoted literals are taken whole.',
    clauses: ['condition:literal:quoted'],
  },
  {
    sections: ['9.7'],
    question: 'Hooks run around "each LLM tool call", but an agent process makes its tool calls itself.',
    choice: "They are mapped to the agent's own hooks; where it has none, the pipeline is refused.",
    clauses: ['hook:unsupported-agent'],
  },
  {
    sections: ['Appendix C'],
    question: 'A status file of an earlier visit may still be there, and an agent that crashed may have written one.',
    choice: 'Every attempt has a folder of its own; a failed agent has failed whatever its file says.',
    clauses: ['status-file:own-attempt', 'status-file:terminal-event-wins'],
  },
  {
    sections: ['5.1', 'Appendix C'],
    question: 'Updates could overwrite keys of the engine.',
    choice: 'The prefixes `internal.`, `graph.`, `parallel.`, `stack.` and `human.gate.` are refused.',
    clauses: ['context:reserved-keys'],
  },
];
