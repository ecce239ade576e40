import type { Clauses } from './clauses.ts';

/** What other programs rely on: the `--json` documents, files, exit codes and the library. */
export const machine = {
  'Machine: compile': {
    'machine:compile:document':
      '`compile --json` prints one document with `ok`, `diagnostics` and `graph`, and nothing else.',
    'machine:compile:diagnostic':
      'A diagnostic has rule, severity, message, file, line, column, and node, edge, hint where known.',
    'machine:compile:graph':
      'The graph has name, attributes, nodes with handler and classes, and edges, after transforms.',
    'machine:compile:set-attributes-only':
      'Attributes are those set explicitly, by default blocks or by stylesheet; no defaults of ours.',
    'machine:compile:null-graph': 'A file that cannot be read as a graph has `graph: null`.',
    'machine:compile:exit-code': 'It ends with 0 when `ok`, else with 1.',
    'machine:compile:unreadable-file': 'A file that cannot be read ends with 2.',
  },
  'Machine: run': {
    'machine:run:json-lines':
      '`run --json` prints one JSON object a line on stdout; everything for people goes to stderr.',
    'machine:run:event-names':
      "The `type` of a line is the event's name in the specification, or ours in the same manner.",
    'machine:run:result-last': 'The last line has type `result`; every started run ends with one.',
    'machine:run:refused': 'A run refused by the rules prints a result line with its diagnostics and ends with 1.',
    'machine:run:status': '`status` is success, fail, waiting, paused or cancelled.',
    'machine:run:visited': '`visited` lists the top-level visits in order, start first, exit last, repeats kept.',
    'machine:run:attempts': '`attempts` counts executions by node over all visits, branch nodes included.',
    'machine:run:context': '`context` is the final context without `internal.` keys.',
    'machine:run:failure-reason': '`failureReason` says why a run failed.',
    'machine:run:inputs': '`key=value` sets the context key as a string, values with `=` included.',
    'machine:run:cwd': 'Tools run in `--cwd`, else in the current folder, in simulation too.',
    'machine:run:run-dir': '`--run-dir` says where the run directory lies.',
    'machine:run:state-place': 'State lies in `.orchestra/` of the project or in `ORCHESTRA_HOME`, and nowhere else.',
    'machine:run:auto-approve': '`--auto-approve` answers every gate with its first choice.',
    'machine:run:dry-run': '`--dry-run` runs no tool and no agent.',
    'machine:resume:json': '`resume --json` prints the same lines and the same result.',
    'machine:events-documented': 'Every event is documented: when it comes, its members, an example from a real run.',
    'machine:schema': 'A versioned JSON schema of every document is published, and the output keeps to it.',
  },
  'Machine: script': {
    'machine:script:status-word': 'An entry may be a status word.',
    'machine:script:throw': '`throw:message` is a permanent failure with that message.',
    'machine:script:throw-transient': '`throw-transient:message` is a RETRY.',
    'machine:script:object':
      'An entry may be an object with status, text, preferred_label, suggested_next_ids, context_updates, notes.',
    'machine:script:turns':
      'An entry may have turns: what the agent says, and the files of its folder that it writes, appends to and deletes.',
    'machine:script:turns-confined': 'A turn writes nowhere but in the folder of its step, whatever links lie there.',
    'machine:script:turns-once': 'A turn that an earlier start of the step has taken is not taken again.',
    'machine:script:delay': '`delay_ms` delays the answer, and within a turn that turn.',
    'machine:script:last-repeats': 'The last entry of a node repeats.',
    'machine:script:absent-succeeds': 'A node without entries succeeds.',
    'machine:script:branches-and-children': 'Entries count in branches and child pipelines too.',
    'machine:script:invalid': 'A script of another shape ends with 2 and names the place.',
  },
  'Machine: answers': {
    'machine:answers:order': 'Answers are used in the order the gates ask.',
    'machine:answers:timeout': '`"TIMEOUT"` is a timeout.',
    'machine:answers:skipped': '`"SKIPPED"` is a skip.',
    'machine:answers:exhausted': 'When they are used up, every further question is skipped.',
  },
  'Machine: exit codes': {
    'machine:exit:success': '0: success.',
    'machine:exit:failed': '1: the work failed, or there are errors in the pipeline.',
    'machine:exit:usage': '2: usage, configuration, or a missing tool.',
    'machine:exit:waiting': '3: waiting for a person, or paused.',
    'machine:exit:cancelled': '130: cancelled.',
    'machine:exit:sigterm': 'SIGTERM pauses the run and ends with 3.',
    'machine:exit:awaited': 'While a run pauses, every step it still waits for is named, in branches and children too.',
    'machine:exit:interrupt': 'The first interrupt starts nothing new, the second cancels.',
  },
  'Machine: library': {
    'machine:library:compile-and-run': '`compile` and `run` are functions of the package, with types.',
    'machine:library:events': 'A run gives its events as an async iterable, while it goes on and from the beginning.',
    'machine:library:extensions': 'Step handlers, backends, rules, transforms and interviewers can be given.',
    'machine:library:several-runs': 'Several runs live in one process without disturbing each other.',
    'machine:package:tarball': 'The packed package installs without development dependencies and runs a pipeline.',
    'machine:package:no-build': '`npx orchestra` works in a fresh clone right after `npm ci`.',
  },
  'Machine: commands': {
    'machine:command:status': '`status` lists the runs with their state; a dead run is never shown as running.',
    'machine:command:runs':
      '`runs` lists runs newest first with state, start, age, nodes done and cost, by state, pipeline, time and number.',
    'machine:command:runs-fast': 'A list of runs at rest reads no turn of them, however many runs there are.',
    'machine:command:logs':
      '`logs` tells the events of a run and its children, of one node or since a time, and follows a run until it ends.',
    'machine:command:completion':
      '`completion` prints a script that completes commands, flags, their values, runs, nodes and files.',
    'machine:command:json': 'Every command has `--json`: one document, or event lines where it tells of events.',
    'machine:did-you-mean':
      'A misspelled command, flag, value, run, node, pipeline, backend, question or answer is told the one it resembles.',
    'machine:command:show': '`show` tells nodes, attempts, tokens, cost, context and questions of one run.',
    'machine:command:graph':
      '`graph` draws the pipeline as SVG, DOT or text, from the graph and not from the source text.',
    'machine:command:answer': '`answer` from another terminal answers an open question; the first valid answer wins.',
    'machine:command:answer-checked': 'An answer that is no option, comes twice or has no question is told apart.',
    'machine:command:cancel': '`cancel` ends a run from another terminal, and one that nobody owns.',
    'machine:command:replay':
      '`replay --offline` walks any run again from its record, as a run of its own that tells the same; nothing is started.',
    'machine:command:replay-difference':
      'A replay ends at the first difference between what is asked and what was recorded, and shows both sides.',
    'machine:command:record': '`record` writes a run into a file from which it is replayed without its journal.',
    'machine:command:test': '`test` runs the tests of a folder and says what was expected and what came.',
    'machine:command:test-places':
      'What is wrong in a test file is told with file, line and column, and holds up no other test.',
    'machine:command:doctor': '`doctor` says what is installed and what is missing.',
    'machine:command:init': '`init` writes a pipeline that runs.',
    'machine:backend:choice': 'The backend is chosen by flag, node, configuration, then by what is installed.',
    'machine:backend:simulation-never-silent':
      'Simulation needs the flag or a graph that allows it; else a missing agent ends with 2.',
    'machine:quickstart': 'The quickstart ends by itself without agent, key and standard input.',
  },
} as const satisfies Clauses;
