import type { Clauses } from './clauses.ts';

/** Attractor 2, "DOT DSL Schema", with the attribute tables of Appendix A and the shapes of Appendix B. */
export const dot = {
  '2.2': {
    'dot:graph:header': 'A file is `digraph NAME { ... }`; a missing or misspelt name is refused with its place.',
    'dot:statement:kinds':
      'Graph, node and edge blocks, subgraphs, nodes, edges and `key = value` may stand in any order.',
    'dot:node:statement': 'A node statement is an identifier with or without an attribute block.',
    'dot:edge:statement':
      'An edge statement is two or more identifiers joined by `->`, with or without an attribute block.',
    'dot:attr:block-not-empty': 'An attribute block holds at least one attribute; `[]` is refused with its place.',
    'dot:attr:trailing-comma-rejected': 'A comma that no attribute follows is refused with its place.',
    'dot:attr:qualified-key': 'A key may be dotted, as in `human.default_choice=x`.',
    'dot:attr:keyword-key': 'Words with a meaning of their own (`graph`, `node`, `edge`, `true`, `label`) may be keys.',
    'dot:value:string-escapes':
      'Quoted strings know `\\"`, `\\n`, `\\t` and `\\\\`, unescaped in one pass from left to right.',
    'dot:value:unknown-escape-rejected': 'Any other backslash escape is refused with the place of the backslash.',
    'dot:value:multi-line-string': 'A quoted string may run over several lines and keeps its line breaks.',
    'dot:value:unclosed-string': 'A string that is never closed is reported at its opening quote.',
    'dot:value:bare': 'An unquoted value may hold letters, digits, `_`, `.`, `:` and `-` after a first letter or `_`.',
  },
  '2.3': {
    'dot:one-graph-per-file': 'A second graph in the file is refused with its place.',
    'dot:strict-rejected': 'The `strict` modifier is refused.',
    'dot:undirected-graph-rejected': 'An undirected `graph` is refused.',
    'dot:undirected-edge-rejected': 'The edge operator `--` is refused, with `->` as the hint.',
    'dot:node-id:bare': 'Node ids are plain identifiers: quoted ids, numbers and ports are refused.',
    'dot:html-label-rejected': 'HTML labels are refused.',
    'dot:attr:comma-required': 'Two attributes without a comma between them are refused at the second.',
    'dot:comments': '`//` and `/* */` comments count as white space; an unclosed block comment is reported.',
    'dot:comments:not-in-strings': 'Comment marks, `--`, `digraph` and braces inside strings are text like any other.',
    'dot:semicolons-optional': 'A semicolon may end any statement, or be left out.',
    'dot:recovery': 'One file may have several errors; each is reported once, with file, line, column and hint.',
    'dot:never-throws': 'No input, however broken, makes the reader throw or run for ever.',
    'dot:linear-time': 'The time to read a file grows with its length, not faster.',
  },
  '2.4': {
    'dot:value:integer': 'Digits with an optional minus are an integer.',
    'dot:value:float': 'Digits with a point are a decimal number, also with nothing before the point.',
    'dot:value:boolean': '`true` and `false` are booleans.',
    'dot:value:duration': 'An integer with `ms`, `s`, `m`, `h` or `d` is a duration.',
    'dot:value:kinds-kept': 'Every value keeps its literal kind, its text and its place in the file.',
  },
  '2.5': {
    'attr:graph:declaration': 'A top-level `key = value` means the same as the key in a `graph` block.',
    'attr:graph:goal': '`goal` fills `$goal` and the context key `graph.goal`.',
    'attr:graph:label': '`label` is the display name of the graph.',
    'attr:graph:model_stylesheet': '`model_stylesheet` gives nodes their model, provider and effort.',
    'attr:graph:default_max_retries': '`default_max_retries` counts for nodes without `max_retries`; unset means 0.',
    'attr:graph:default_max_retry': '`default_max_retry` is read as the older name of `default_max_retries`.',
    'attr:graph:retry_target': "The graph's `retry_target` is tried for a goal gate whose node names no target.",
    'attr:graph:fallback_retry_target': "The graph's `fallback_retry_target` is tried last of all.",
    'attr:graph:default_fidelity': '`default_fidelity` counts where neither edge nor node sets a fidelity.',
  },
  '2.6': {
    'attr:node:label': '`label` is the display name; unset, it is the node id.',
    'attr:node:shape': '`shape` chooses the handler; unset, it is `box`.',
    'attr:node:type': '`type` names the handler and wins over the shape.',
    'attr:node:prompt': '`prompt` is the instruction; when empty the label is used.',
    'attr:node:max_retries': '`max_retries=3` means up to 4 executions of one visit.',
    'attr:node:goal_gate': '`goal_gate=true` keeps the run from its exit until the node succeeds.',
    'attr:node:retry_target': '`retry_target` is where a finally failed node leads.',
    'attr:node:fallback_retry_target':
      '`fallback_retry_target` is used where `retry_target` is unset or names no node.',
    'attr:node:fidelity': '`fidelity` sets how much context this node receives.',
    'attr:node:thread_id': '`thread_id` names the session reused under full fidelity.',
    'attr:node:class': '`class` lists comma-separated classes.',
    'attr:node:timeout': '`timeout` ends an execution of the node that takes longer.',
    'attr:node:llm_model': '`llm_model` is the model the agent is asked to use.',
    'attr:node:llm_provider':
      '`llm_provider` reaches the agent with its node; unset, the agent finds the provider by the model.',
    'attr:node:reasoning_effort': '`reasoning_effort` is low, medium or high; unset, it is high.',
    'attr:node:auto_status': '`auto_status=true` turns a missing status into success.',
    'attr:node:allow_partial': '`allow_partial=true` accepts partial success when retries are used up.',
  },
  '2.7': {
    'attr:edge:label': '`label` is caption and routing key.',
    'attr:edge:condition': '`condition` guards the edge.',
    'attr:edge:weight': '`weight` orders edges that are equally eligible; unset, it is 0.',
    'attr:edge:fidelity': "`fidelity` on the edge wins over the target node's.",
    'attr:edge:thread_id': '`thread_id` on the edge names the session of the target node.',
    'attr:edge:loop_restart': '`loop_restart=true` starts the run afresh at the target with a new log folder.',
  },
  '2.8': {
    'shape:Mdiamond': '`Mdiamond` is the start.',
    'shape:Msquare': '`Msquare` is the exit.',
    'shape:box': '`box` is an agent task.',
    'shape:hexagon': '`hexagon` is a human gate.',
    'shape:diamond': '`diamond` is a conditional.',
    'shape:component': '`component` is a parallel fan-out.',
    'shape:tripleoctagon': '`tripleoctagon` is a fan-in.',
    'shape:parallelogram': '`parallelogram` is a tool.',
    'shape:house': '`house` is a manager loop.',
  },
  '2.9': {
    'dot:edge:chain': '`A -> B -> C [x=1]` is two edges, and both carry the attributes.',
  },
  '2.10': {
    'dot:subgraph:defaults': "Defaults of a subgraph count inside it only; a node's own attributes win.",
    'dot:subgraph:class':
      'The label of a subgraph gives its nodes a class: lower case, spaces to hyphens, the rest stripped.',
    'dot:subgraph:flattened': 'The nodes and edges of a subgraph belong to the graph; the wrapper is gone.',
    'dot:subgraph:own-attributes': 'Attributes of a subgraph, its label included, never reach the graph.',
    'dot:subgraph:nested': 'A nested subgraph inherits the defaults and classes of those around it.',
    'dot:subgraph:anonymous': 'A subgraph needs no name.',
  },
  '2.11': {
    'dot:defaults:subsequent': 'Default blocks count for what is declared after them in the same scope.',
    'dot:defaults:edges': 'Edge defaults count for edges declared after them.',
    'dot:defaults:overridden': 'An attribute written on the node or edge itself wins over the default.',
    'dot:node:merged':
      'Several statements for one node merge; a later attribute replaces an earlier one of the same key.',
  },
  '2.12': {
    'dot:class:list': 'Several classes are separated by commas, and each matches its selector.',
  },
  '2.13': {
    'dot:node:implicit': 'A node first named in an edge exists, with the defaults in force at that place.',
    'example:2.13:linear': 'The linear example compiles without errors and runs start, run_tests, report, exit.',
    'example:2.13:branch':
      'The branching example goes back to implement while validate fails, and exits when it succeeds.',
    'example:2.13:human-gate': 'The human gate example goes through fixes back to the gate until approved.',
  },
  'Appendix A': {
    'attr:graph:stack.child_dotfile': "`stack.child_dotfile` names the child pipeline, relative to the parent's file.",
    'attr:graph:stack.child_workdir':
      "`stack.child_workdir` is the working folder of child runs, as seen from the parent's; unset, it is the parent's.",
    'attr:graph:tool_hooks.pre': '`tool_hooks.pre` of the graph counts for every node that has none of its own.',
    'attr:graph:tool_hooks.post': '`tool_hooks.post` of the graph counts for every node that has none of its own.',
  },
  'Appendix B': {
    'shape:default': 'A node without a shape is a box; an unknown shape is an agent task with a warning.',
  },
} as const satisfies Clauses;
