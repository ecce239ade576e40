/**
 * The one list of error codes. `exit` is the process exit code, `http` the status the server
 * answers with, `hint` the default next step. docs/reference/errors.md is generated from it.
 */
export interface CatalogueEntry {
  readonly exit: 1 | 2 | 3 | 4 | 130;
  readonly http: number;
  readonly meaning: string;
  readonly hint: string;
}

export const catalogue = {
  INTERNAL: {
    exit: 1,
    http: 500,
    meaning: 'A defect in Orchestra itself.',
    hint: 'Please report it with the output of `orchestra doctor --json`.',
  },
  USAGE: {
    exit: 2,
    http: 400,
    meaning: 'The command line or request is not well formed.',
    hint: 'Run the command with `--help`.',
  },
  FILE_UNREADABLE: {
    exit: 2,
    http: 400,
    meaning: 'A file named on the command line cannot be read.',
    hint: 'Check the path and its permissions.',
  },
  FILE_UNWRITABLE: {
    exit: 2,
    http: 400,
    meaning: 'A file or folder named on the command line cannot be written.',
    hint: 'Name a place that you may write to.',
  },
  PIPELINE_INVALID: {
    exit: 1,
    http: 422,
    meaning: 'The pipeline has diagnostics of severity error.',
    hint: 'Run `orchestra compile FILE` to see every diagnostic with its place.',
  },
  BUNDLE_INVALID: {
    exit: 2,
    http: 500,
    meaning: 'The pipeline stored with a run cannot be read.',
    hint: 'It was written by another version, or damaged: start a new run from the pipeline file.',
  },
  CONFIG_INVALID: {
    exit: 2,
    http: 422,
    meaning: 'orchestra.yaml, a script or an answers file does not have the expected shape.',
    hint: 'Correct the named place; `orchestra init` in an empty folder writes an orchestra.yaml to compare with.',
  },
  BACKEND_UNKNOWN: {
    exit: 2,
    http: 422,
    meaning: 'No backend has the given name.',
    hint: 'Run `orchestra doctor` to see which backends are available here.',
  },
  BACKEND_MISSING: {
    exit: 2,
    http: 422,
    meaning: 'No agent is installed and the pipeline does not allow simulation.',
    hint: 'Install an agent (for example Claude Code), or add `--backend simulation`.',
  },
  MODEL_UNMAPPED: {
    exit: 2,
    http: 422,
    meaning: 'A node asks for a tier of models, and the project names no model for it.',
    hint: 'Name one in orchestra.yaml, or the model itself with `llm_model`.',
  },
  PROVIDER_UNKNOWN: {
    exit: 2,
    http: 422,
    meaning: 'No provider of models has the given name, or none is named.',
    hint: 'Describe it below `providers` in orchestra.yaml, or set `providers.default`.',
  },
  PROVIDER_INVALID: {
    exit: 2,
    http: 422,
    meaning: 'The settings of a provider of models do not go together.',
    hint: 'Correct its entry below `providers` in orchestra.yaml.',
  },
  PROVIDER_KEY_MISSING: {
    exit: 2,
    http: 503,
    meaning: 'The key of a provider of models is not in the environment.',
    hint: 'Set the named variable, or name another one with `api_key` in orchestra.yaml.',
  },
  PROVIDER_OFFLINE: {
    exit: 2,
    http: 503,
    meaning: 'A provider of models needs the network, and the work is done offline.',
    hint: 'Use a local provider (for example Ollama), or leave out `--offline`.',
  },
  MODEL_UNKNOWN: {
    exit: 2,
    http: 422,
    meaning: 'No model is named, or a server does not have the model.',
    hint: 'Name one with `llm_model`, or below `models` of the provider; `orchestra models list` shows those of local servers.',
  },
  MODEL_SERVER_FAILED: {
    exit: 2,
    http: 503,
    meaning: 'A server of local models cannot be reached, or refused what was asked.',
    hint: 'Run `orchestra models status`; start the server where it does not run.',
  },
  MODEL_SERVER_UNSUPPORTED: {
    exit: 2,
    http: 422,
    meaning: 'This kind of server cannot do what was asked of it.',
    hint: 'Models of Ollama can be pulled and removed; those of other servers are chosen when they are started.',
  },
  LOCAL_WRITES_REFUSED: {
    exit: 2,
    http: 422,
    meaning: 'A local model may only change files in a git worktree.',
    hint: 'Run it in a git repository, or remove `allow_local_writes`.',
  },
  PACKAGE_MISSING: {
    exit: 2,
    http: 503,
    meaning: 'An optional package that the backend needs is not installed.',
    hint: 'Install the named package beside orchestra-run.',
  },
  TOOL_HOOKS_UNSUPPORTED: {
    exit: 2,
    http: 422,
    meaning: 'The pipeline has tool hooks, and the agent that would work on it cannot run them.',
    hint: 'Use an agent that runs hooks (for example Claude Code), or remove `tool_hooks.pre` and `tool_hooks.post`.',
  },
  EXTENSION_INVALID: {
    exit: 2,
    http: 422,
    meaning:
      'A handler given to the library is for a node type that cannot be replaced, or a tool has a name that models cannot call.',
    hint: 'Handlers that steer the walk are part of it: choose another type, or replace `codergen` or `tool`. Names of tools have letters, digits, _ and -.',
  },
  RUN_UNKNOWN: {
    exit: 2,
    http: 404,
    meaning: 'No run has the given id.',
    hint: 'Run `orchestra status` to list the runs of this project.',
  },
  NODE_UNKNOWN: {
    exit: 2,
    http: 404,
    meaning: 'The pipeline of the run has no node of the given id.',
    hint: 'Run `orchestra graph RUN` to see its nodes.',
  },
  RUN_EXISTS: {
    exit: 2,
    http: 409,
    meaning: 'Another run has the given id.',
    hint: 'Choose another id, or leave it out.',
  },
  RUN_HELD: {
    exit: 2,
    http: 409,
    meaning: 'Another live process is walking this run.',
    hint: 'Wait for it, or end it with `orchestra cancel RUN`.',
  },
  RUN_FINISHED: {
    exit: 2,
    http: 409,
    meaning: 'The run has already ended.',
    hint: 'Start a new run with `orchestra run`.',
  },
  RUN_FENCED: {
    exit: 1,
    http: 409,
    meaning: 'Another process took this run over while this one was not responding.',
    hint: 'Look at `orchestra status`; the other process goes on with the run.',
  },
  RUN_OTHER_VERSION: {
    exit: 2,
    http: 409,
    meaning: 'The run was begun by a version that walks pipelines in another way.',
    hint: 'Go on with the version of orchestra that began it, or start a new run.',
  },
  RUN_HAS_FORKS: {
    exit: 2,
    http: 409,
    meaning: 'Other runs were forked from this one and stand on its turns.',
    hint: 'Remove the forks first, or together with it: `orchestra prune FORK RUN`.',
  },
  TURN_UNKNOWN: {
    exit: 2,
    http: 404,
    meaning: 'The run has no such turn.',
    hint: '`orchestra show RUN --json` lists its turns.',
  },
  TURN_LEFT_BEHIND: {
    exit: 2,
    http: 409,
    meaning: 'The run went back behind this turn, which is no longer part of it.',
    hint: 'Go on from it in a run of its own with `orchestra replay RUN --at T`.',
  },
  RUN_DIVERGED: {
    exit: 2,
    http: 409,
    meaning: 'The edited pipeline does not lead through the recorded walk.',
    hint: 'Undo the named change, or start a new run.',
  },
  RUN_IS_REPLAY: {
    exit: 2,
    http: 409,
    meaning: 'The run is a replay, which only the record of its source can lead on.',
    hint: 'Replay its source again with `orchestra replay RUN --offline`.',
  },
  REPLAY_NOT_OFFLINE: {
    exit: 2,
    http: 400,
    meaning: 'A run is replayed from one of its turns or by its record alone, and neither was asked for.',
    hint: 'Go on from a turn in a new run with `orchestra replay RUN --at T`, walk the record with `orchestra replay RUN --offline`, or go on with the run itself: `orchestra resume RUN`.',
  },
  RECORDING_INVALID: {
    exit: 2,
    http: 422,
    meaning: 'A file given as a recording is none, or is damaged.',
    hint: 'Write it anew with `orchestra record RUN > FILE`.',
  },
  QUESTION_UNKNOWN: {
    exit: 2,
    http: 404,
    meaning: 'The run has no open question of that id.',
    hint: 'Run `orchestra show RUN` to see the open questions.',
  },
  QUESTION_ANSWERED: {
    exit: 2,
    http: 409,
    meaning: 'Another answer to the question came first.',
    hint: 'The first valid answer counts: run `orchestra show RUN` to see it.',
  },
  ANSWER_INVALID: {
    exit: 2,
    http: 422,
    meaning: 'The answer is none of the options of the question.',
    hint: 'Answer with one of the listed keys or labels.',
  },
  ARTIFACT_UNKNOWN: {
    exit: 2,
    http: 404,
    meaning: 'No artifact has the given id.',
    hint: 'Run `orchestra show RUN` to see the artifacts of a run.',
  },
  JOURNAL_UNAVAILABLE: {
    exit: 2,
    http: 503,
    meaning: 'The journal cannot be opened or written.',
    hint: 'Check the disk and the permissions of `.orchestra/`, or set ORCHESTRA_HOME.',
  },
  JOURNAL_NEWER: {
    exit: 2,
    http: 409,
    meaning: 'The journal was written by a newer version and is open read-only.',
    hint: 'Use the newer version of orchestra for this project.',
  },
  JOURNAL_CORRUPT: {
    exit: 2,
    http: 500,
    meaning: 'The journal file is damaged.',
    hint: 'Restore the newest `.orchestra/*.backup`, or move the file away to start afresh.',
  },
  STORAGE_FAILED: {
    exit: 2,
    http: 503,
    meaning: 'A disk that a step writes to is full, read-only or broken.',
    hint: 'Free space or repair the disk, then go on with `orchestra resume RUN`.',
  },
  NETWORK_FILE_SYSTEM: {
    exit: 2,
    http: 503,
    meaning: 'The journal would lie on a network file system, where its locks do not hold.',
    hint: 'Set ORCHESTRA_HOME to a folder on a local disk.',
  },
  SECRET_TOO_SHORT: {
    exit: 2,
    http: 422,
    meaning: 'A configured secret has fewer than 8 characters and cannot be redacted safely.',
    hint: 'Use a longer value.',
  },
  TOOL_MISSING: {
    exit: 2,
    http: 503,
    meaning: 'A program that the run needs is not installed.',
    hint: 'Run `orchestra doctor` to see what is missing.',
  },
  SANDBOX_UNAVAILABLE: {
    exit: 2,
    http: 503,
    meaning: 'The sandbox or the limits that the configuration asks for cannot be had here.',
    hint: 'Run `orchestra doctor` to see which sandboxes can be used on this machine, and what the others lack.',
  },
  TOOL_SOURCE_FAILED: {
    exit: 2,
    http: 503,
    meaning: 'A server that an agent should get tools from cannot be started or reached.',
    hint: 'Try what stands under `mcp_servers` in orchestra.yaml by hand; docs/guides/tools.md says how servers are started.',
  },
  PLATFORM_UNSUPPORTED: {
    exit: 2,
    http: 500,
    meaning: 'Orchestra does not run on Windows itself.',
    hint: 'Run it inside WSL2.',
  },
  NODE_TOO_OLD: {
    exit: 2,
    http: 500,
    meaning: 'This Node.js is older than version 24.',
    hint: 'Install Node.js 24 or newer.',
  },
} as const satisfies Record<string, CatalogueEntry>;

export type ErrorCode = keyof typeof catalogue;
