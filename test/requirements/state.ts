import type { Clauses } from './clauses.ts';

/** Attractor 5, "State and Context", with Appendices C and D. */
export const state = {
  '5.1': {
    'context:deep-copy': 'A snapshot or branch copy shares nothing with the original.',
    'context:key:outcome': '`outcome` is the last status, in lower case.',
    'context:key:preferred_label': '`preferred_label` is the last preferred label that a node gave.',
    'context:key:graph.goal': '`graph.goal` is the goal of the graph.',
    'context:key:current_node': '`current_node` is the node being executed.',
    'context:key:last_stage': '`last_stage` is the node completed last.',
    'context:key:last_response': '`last_response` is the last answer, cut.',
    'context:key:retry_count': '`internal.retry_count.ID` is the retry counter of a node.',
    'context:reserved-keys':
      'Updates from handlers and agents cannot set `internal.`, `graph.`, `parallel.`, `stack.`, `human.gate.`.',
    'context:inputs': 'Inputs given at the start are there as strings under their own key.',
  },
  '5.2': {
    'outcome:success': 'SUCCESS goes on.',
    'outcome:partial-success': 'PARTIAL_SUCCESS goes on like success and keeps its own word in conditions.',
    'outcome:retry': 'RETRY executes the node again within its limits.',
    'outcome:fail': 'FAIL looks for a failure route or ends the run.',
    'outcome:skipped': 'SKIPPED goes on and leaves the recorded outcome of the node as it was.',
    'outcome:failure-reason': 'The reason of a failure reaches event, result line and status file.',
  },
  '5.3': {
    'checkpoint:content':
      '`checkpoint.json` has timestamp, current_node, completed_nodes, node_retries, context and logs.',
    'checkpoint:restore':
      'A resumed run has the context, completed nodes, retry and visit counts and gate outcomes it had.',
    'checkpoint:continues-after': 'It goes on with the node after the last completed one.',
    'checkpoint:fidelity-degrades':
      'The first resumed node degrades `full` to `summary:high` where its session cannot be continued, once.',
  },
  '5.4': {
    'fidelity:full': '`full` continues the session of its thread.',
    'fidelity:truncate': '`truncate` carries the goal and the run id only.',
    'fidelity:compact': '`compact` carries bullet points: stages, outcomes, key values.',
    'fidelity:summary-low': '`summary:low` stays within about 600 tokens.',
    'fidelity:summary-medium': '`summary:medium` stays within about 1500 tokens.',
    'fidelity:summary-high': '`summary:high` stays within about 3000 tokens.',
    'fidelity:precedence': 'Edge wins over node, node over graph; unset is `compact`.',
    'thread:precedence':
      "The thread is the node's, the edge's, the graph's, the subgraph class, else the previous node.",
    'thread:shared-session': 'Nodes of one thread share a session, others do not.',
    'thread:branch-scope': 'A thread belongs to one run and one branch; two prompts never run in it at once.',
  },
  '5.5': {
    'artifact:store': 'An artifact has id, name, size and time, and is read back as it was stored.',
    'artifact:file-backed': 'Above 100 KB it is a file `artifacts/{id}.json`, below it is kept inline.',
    'artifact:missing': 'Asking for an unknown artifact is an error.',
    'artifact:list-remove-clear': 'Artifacts can be listed, removed and cleared.',
  },
  '5.6': {
    'run-dir:checkpoint': '`checkpoint.json` shows the last completed node.',
    'run-dir:manifest': '`manifest.json` has name, goal and start time.',
    'run-dir:node-files': '`{node_id}/` has status.json, prompt.md and response.md.',
    'run-dir:artifacts': '`artifacts/` has the file-backed artifacts.',
    'run-dir:encoded-ids': 'No node id leads to a path outside the run directory.',
  },
  'Appendix C': {
    'status-file:outcome': '`outcome` decides the status; a word that is none of the four is refused.',
    'status-file:preferred_label': '`preferred_label` steers the next edge.',
    'status-file:suggested_next_ids': '`suggested_next_ids` are tried when no label matches.',
    'status-file:context_updates': '`context_updates` are merged into the context, dotted keys included.',
    'status-file:notes': '`notes` are kept as the summary.',
    'status-file:written-by-agent':
      'An agent or tool may write the file named by `ORCHESTRA_STATUS_FILE`, and it decides.',
    'status-file:malformed': 'A file that is no valid status makes the attempt fail with the reason.',
    'status-file:auto-status': 'With `auto_status` and no file the notes say that no status was written.',
    'status-file:own-attempt': 'A file left by an earlier attempt or visit is never read for a later one.',
    'status-file:terminal-event-wins': 'An agent that ended with an error has failed, whatever its file says.',
  },
  'Appendix D': {
    'error:retryable': 'Transient errors are tried again as the node allows.',
    'error:terminal': 'Permanent errors go straight to the failure route.',
    'error:pipeline':
      'Structural errors, those of child pipelines included, are found before the run starts; a graph without start or exit is never walked.',
  },
} as const satisfies Clauses;
