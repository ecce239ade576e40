import type { RequirementId } from '../requirements.ts';

export interface Checkbox {
  readonly behaviour: string;
  /** The clauses whose tests together check this box. */
  readonly clauses: readonly RequirementId[];
}

/** Attractor 11.1 to 11.11, "Definition of Done": every checkbox in order. 11.12 and 11.13 are clauses of their own. */
export const checklist: Readonly<Record<string, readonly Checkbox[]>> = {
  '11.1': [
    box(
      'The DOT subset is read',
      'dot:graph:header',
      'dot:statement:kinds',
      'dot:node:statement',
      'dot:edge:statement',
    ),
    box(
      'Graph attributes are extracted',
      'attr:graph:goal',
      'attr:graph:label',
      'attr:graph:model_stylesheet',
      'attr:graph:declaration',
    ),
    box('Node attributes are read, over several lines too', 'parity:parse-multi-line', 'dot:value:multi-line-string'),
    box('Edge attributes are read', 'attr:edge:label', 'attr:edge:condition', 'attr:edge:weight'),
    box('Chained edges become single edges', 'dot:edge:chain'),
    box('Default blocks count for what follows', 'dot:defaults:subsequent', 'dot:defaults:edges'),
    box('Subgraphs are flattened', 'dot:subgraph:flattened'),
    box("Classes bring in the stylesheet's attributes", 'attr:node:class', 'stylesheet:selector:class'),
    box('Quoted and bare values both work', 'dot:value:string-escapes', 'dot:value:bare'),
    box('Comments are stripped', 'dot:comments', 'dot:comments:not-in-strings'),
  ],
  '11.2': [
    box('Exactly one start', 'lint:start_node'),
    box('Exactly one exit', 'lint:terminal_node'),
    box('No edge into the start', 'lint:start_no_incoming'),
    box('No edge out of the exit', 'lint:exit_no_outgoing'),
    box('Every node is reachable', 'lint:reachability'),
    box('Every edge leads to a node', 'lint:edge_target_exists'),
    box('Agent nodes have a prompt', 'lint:prompt_on_llm_nodes'),
    box('Conditions parse', 'lint:condition_syntax'),
    box('Validation can throw', 'lint:validate-or-raise'),
    box('Diagnostics carry rule, severity, place and message', 'diagnostic:fields'),
  ],
  '11.3': [
    box('The start is found and begun with', 'walk:start-node'),
    box('Handlers are found by shape', 'handler:resolution'),
    box('Handlers get node, context, graph, log folder and return an outcome', 'handler:interface'),
    box('The outcome is written to status.json', 'run-dir:node-files', 'status-file:outcome'),
    box(
      'Edges are chosen in five steps',
      'route:step-1-condition',
      'route:step-2-preferred-label',
      'route:step-3-suggested-ids',
      'route:step-4-weight',
      'route:step-5-lexical',
    ),
    box('Execute, select, advance, repeat', 'walk:loop'),
    box('The exit ends the run', 'walk:terminal'),
    box(
      'The result is success when all goal gates are satisfied, else fail',
      'goal-gate:last-outcome',
      'goal-gate:no-target',
    ),
  ],
  '11.4': [
    box('Goal gates are tracked', 'goal-gate:visited-only', 'goal-gate:in-branches'),
    box('They are checked before the exit', 'parity:goal-gate-blocks', 'parity:goal-gate-allows'),
    box('An unsatisfied gate leads to its retry target', 'goal-gate:target-order'),
    box('Without a target the run fails', 'goal-gate:no-target'),
  ],
  '11.5': [
    box(
      'max_retries retries (on RETRY; FAIL is final, see the contested points)',
      'retry:on-retry-status',
      'retry:fail-is-final',
      'attr:node:max_retries',
    ),
    box('The count is kept by node and limited', 'retry:count', 'context:key:retry_count'),
    box('Backoff is constant, linear or exponential', 'retry:delay', 'retry:preset:linear', 'retry:preset:standard'),
    box('Jitter is applied', 'retry:jitter'),
    box('After the last attempt the final outcome chooses the edge', 'retry:exhausted', 'retry:allow-partial'),
  ],
  '11.6': [
    box('Start', 'handler:start'),
    box('Exit', 'handler:exit'),
    box('Codergen', 'codergen:goal-expanded', 'codergen:prompt-file', 'codergen:response-file'),
    box('Wait for human', 'human:choices', 'human:selected'),
    box('Conditional', 'conditional:pass-through', 'conditional:keeps-outcome'),
    box('Parallel', 'parallel:all-edges', 'parallel:concurrent'),
    box('Fan-in', 'parallel:wait-all', 'fan-in:some-failed'),
    box('Tool', 'tool:output', 'tool:exit-code'),
    box('Custom handlers', 'handler:custom'),
  ],
  '11.7': [
    box('The context is a key-value store', 'context:inputs'),
    box('Handlers read it and return updates', 'handler:interface', 'walk:context-updates'),
    box('Updates are merged after each node', 'walk:context-updates'),
    box('A checkpoint is saved after each node', 'checkpoint:content', 'walk:checkpoint-each-node'),
    box('Resume restores and goes on', 'checkpoint:restore', 'checkpoint:continues-after'),
    box('Files are written for each node', 'run-dir:node-files'),
  ],
  '11.8': [
    box('The interviewer interface', 'interviewer:ask'),
    box(
      'Four question types',
      'question:yes-no',
      'question:multiple-choice',
      'question:freeform',
      'question:confirmation',
    ),
    box('AutoApprove', 'interviewer:auto-approve'),
    box('Console', 'interviewer:console'),
    box('Callback', 'interviewer:callback'),
    box('Queue', 'interviewer:queue'),
  ],
  '11.9': [
    box('Equals', 'condition:equals'),
    box('Not equals', 'condition:not-equals'),
    box('And', 'condition:and'),
    box('outcome', 'condition:outcome'),
    box('preferred_label', 'condition:preferred-label'),
    box('context.*', 'condition:context-prefix', 'condition:missing-key'),
    box('An empty condition is always true', 'condition:empty'),
  ],
  '11.10': [
    box('The stylesheet is read from the graph', 'attr:graph:model_stylesheet', 'stylesheet:grammar'),
    box('By shape', 'stylesheet:selector:shape'),
    box('By class', 'stylesheet:selector:class'),
    box('By id', 'stylesheet:selector:id'),
    box('Specificity', 'stylesheet:specificity'),
    box('Explicit attributes win', 'stylesheet:explicit-wins'),
  ],
  '11.11': [
    box('Transforms change the graph before validation', 'transform:order'),
    box('A transform is graph to graph', 'transform:pure'),
    box('`$goal` is expanded by a built-in transform', 'transform:goal'),
    box('Custom transforms run in order', 'transform:custom'),
    box('HTTP server mode', 'http:endpoints'),
  ],
};

function box(behaviour: string, ...clauses: readonly RequirementId[]): Checkbox {
  return { behaviour, clauses };
}
