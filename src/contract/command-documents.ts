import { z } from 'zod';
import { agentReportSchema } from './agent-report.ts';
import { contextSchema, jsonSchema } from './event-schema.ts';
import { replayDifferenceSchema } from './replay-difference.ts';
import {
  localModelReportSchema,
  modelBackendReportSchema,
  modelServerReportSchema,
  providerReportSchema,
} from './model-report.ts';
import type { RunSummary } from './run-summary.ts';
import {
  diagnosticSchema,
  graphDocumentSchema,
  nodeVisitSchema,
  runStateSchema,
  usageTotalsSchema,
  waitingSchema,
} from './run-view-schema.ts';
import type { Same } from './same-type.ts';

/** What commands print with `--json` beside runs and pipelines; `type: error` in the place of any of them. */

export const errorLineSchema = z.object({
  type: z.literal('error'),
  /** One of docs/reference/errors.md. */
  code: z.string(),
  message: z.string(),
  /** What to do next. */
  hint: z.string(),
  details: z.record(z.string(), z.unknown()),
});

const runEntrySchema = z.object({
  runId: z.string(),
  pipeline: z.string(),
  state: runStateSchema,
  startedAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  /** Folder its tools and agents work in. */
  cwd: z.string(),
  parent: z.exactOptional(z.object({ runId: z.string(), key: z.string() })),
  /** The run it was forked from, and the turn of it that it went on from. */
  forkOf: z.exactOptional(z.object({ runId: z.string(), turn: z.int() })),
  waiting: z.array(waitingSchema),
});

/** `status --json`. */
export const statusDocumentSchema = z.object({ runs: z.array(runEntrySchema) });

const runSummarySchema = z.object({
  nodesDone: z.int(),
  usage: usageTotalsSchema,
  durationMs: z.number(),
  failureReason: z.exactOptional(z.string()),
});

/** `runs --json`. */
export const runsDocumentSchema = z.object({ runs: z.array(runEntrySchema.extend(runSummarySchema.shape)) });

/** `show RUN NODE --json`: the visits of one node, and what the newest of them left behind. */
export const nodeDocumentSchema = z.object({
  runId: z.string(),
  pipeline: z.string(),
  /** As it was asked for. */
  node: z.string(),
  visits: z.array(nodeVisitSchema),
  /** By name: prompts, answers, outputs. */
  artifacts: z.record(z.string(), jsonSchema),
});

/** `graph --json`. */
export const pictureDocumentSchema = z.object({
  graph: graphDocumentSchema,
  /** Of a run: the newest status of each node it has come to. */
  states: z.record(z.string(), z.string()),
  format: z.enum(['terminal', 'svg', 'dot']),
  /** Absent where it was written to a file. */
  picture: z.exactOptional(z.string()),
  output: z.exactOptional(z.string()),
});

/** `fmt --json`. */
export const formatDocumentSchema = z.object({
  /** The command ends with 0. */
  ok: z.boolean(),
  files: z.array(
    z.object({
      file: z.string(),
      /** `different`: not canonical, and left as it is; `refused`: it has errors. */
      outcome: z.enum(['canonical', 'different', 'written', 'refused']),
      diagnostics: z.array(diagnosticSchema),
      /** The canonical text, where neither `--fix` nor `--check` is given and the file is the only one. */
      text: z.exactOptional(z.string()),
    }),
  ),
});

/** `init --json`. */
export const initDocumentSchema = z.object({
  folder: z.string(),
  /** A file that was there already is not created, and stays as it was. */
  files: z.array(z.object({ path: z.string(), created: z.boolean() })),
});

/** `replay --json`. */
export const replayDocumentSchema = z.object({
  source: z.object({ runId: z.string(), pipeline: z.string(), state: runStateSchema }),
  /** The replay, which is a run of its own. */
  runId: z.string(),
  pipeline: z.string(),
  state: runStateSchema,
  /** Everything was asked as recorded; then the command ends with 0. */
  equal: z.boolean(),
  /** It leads to the end of the run: it is equal, and its source has ended. */
  whole: z.boolean(),
  /** Answers taken from the record, those of child pipelines included. */
  answers: z.int(),
  difference: z.exactOptional(replayDifferenceSchema.extend({ diff: z.array(z.string()) })),
});

/** `record --json --output FILE`; without a file, `record` prints the recording itself. */
export const recordDocumentSchema = z.object({
  runId: z.string(),
  output: z.string(),
  /** Lines of the recording. */
  lines: z.int(),
});

const testResultSchema = z.object({
  file: z.string(),
  name: z.string(),
  /** `updated`: what came was written into the file. `broken`: the file, or what it names, cannot be used. */
  outcome: z.enum(['passed', 'failed', 'updated', 'broken']),
  durationMs: z.number(),
  failures: z.array(
    z.object({
      /** Key in the test file, as a path; `recorded` and `timeout` where the run itself did not go as it should. */
      expectation: z.string(),
      expected: jsonSchema,
      actual: jsonSchema,
      /** What is wrong, where the two do not say it. */
      message: z.exactOptional(z.string()),
    }),
  ),
  /** Absent where it is broken. */
  run: z.exactOptional(
    z.object({
      status: z.enum(['success', 'fail', 'waiting', 'paused', 'cancelled']),
      exitCode: z.int(),
      visited: z.array(z.string()),
      context: contextSchema,
    }),
  ),
  /** What it is broken by. */
  error: z.exactOptional(z.object({ code: z.string(), message: z.string(), hint: z.string() })),
});

/** `test --json`. */
export const testDocumentSchema = z.object({
  /** No test failed and none is broken: the command ends with 0. */
  ok: z.boolean(),
  passed: z.int(),
  failed: z.int(),
  updated: z.int(),
  broken: z.int(),
  tests: z.array(testResultSchema),
});

/** `answer --json`. */
export const answerDocumentSchema = z.object({
  runId: z.string(),
  question: z.string(),
  answer: z.string(),
  /** A process walks the run and has the answer now; else it is kept until the run is resumed. */
  live: z.boolean(),
});

/** `publish --json`. */
export const publishDocumentSchema = z.object({
  runId: z.string(),
  repositories: z.array(
    z.object({ repo: z.string(), pushed: z.array(z.string()), changeRequest: z.exactOptional(z.string()) }),
  ),
});

/** `cancel --json`. */
export const cancelDocumentSchema = z.object({ runId: z.string(), state: runStateSchema });

/** `prune --json`. Sizes in bytes. */
export const pruneDocumentSchema = z.object({
  /** False for `--dry-run`: this is what would go. */
  removed: z.boolean(),
  runs: z.array(
    z.object({
      runId: z.string(),
      pipeline: z.string(),
      state: runStateSchema,
      updatedAt: z.iso.datetime(),
      /** Runs it started, which go with it. */
      children: z.array(z.string()),
      journalBytes: z.int(),
      directoryBytes: z.int(),
      /** A run directory named with `--run-dir`, which stays. */
      leftDirectory: z.exactOptional(z.string()),
    }),
  ),
  /** Runs that stay, and the forks that stand on their turns. */
  needed: z.array(z.object({ runId: z.string(), forks: z.array(z.string()) })),
  /** Runs that stay, as they still have worktrees, branches or refs: `cleanup` removes those. */
  uncleaned: z.array(z.string()),
  /** Large texts that nothing refers to any more. */
  blobs: z.object({ count: z.int(), bytes: z.int() }),
  /** By how much the file of the journal got smaller. */
  freedBytes: z.int(),
  /** Why it was not made smaller. */
  notCompacted: z.exactOptional(z.string()),
});

const thingShape = {
  runId: z.string(),
  /** `folder`: a copy, or a worktree that its repository does not know any more. `ref`: below `refs/orchestra/`. */
  kind: z.enum(['worktree', 'folder', 'branch', 'ref']),
  /** Top folder of the repository it is of. */
  repository: z.exactOptional(z.string()),
  /** Of a worktree or folder. */
  path: z.exactOptional(z.string()),
  /** Of a branch, without `refs/heads/`, or of a ref in full. */
  name: z.exactOptional(z.string()),
  /** The commit of a branch: it goes only while it stands there. */
  head: z.exactOptional(z.string()),
};

/** `cleanup --json`. */
export const cleanupDocumentSchema = z.object({
  /** False for `--dry-run`: this is what would go. */
  removed: z.boolean(),
  things: z.array(z.object(thingShape)),
  /** What runs made and that stays. */
  kept: z.array(z.object({ ...thingShape, reason: z.string() })),
});

/** `agents --json`. */
export const agentsDocumentSchema = z.object({
  agents: z.array(agentReportSchema),
  /** Those that talk to models themselves, instead of a program. */
  backends: z.array(modelBackendReportSchema),
  providers: z.array(providerReportSchema),
});

/** `models status --json`. */
export const modelServersDocumentSchema = z.object({ servers: z.array(modelServerReportSchema) });

/** `models list --json`. */
export const modelsDocumentSchema = z.object({ models: z.array(localModelReportSchema) });

/** `models pull --json`, `models remove --json`. */
export const modelDocumentSchema = z.object({
  provider: z.string(),
  model: z.string(),
  change: z.enum(['pulled', 'removed']),
});

/** `mirror --json`. */
export const mirrorDocumentSchema = z.object({
  /** Address of the CXDB server. */
  server: z.string(),
  runs: z.array(
    z.object({
      runId: z.string(),
      /** Number of its context there; absent where it has none. */
      context: z.exactOptional(z.string()),
      /** Everything the journal has of it is there. */
      complete: z.boolean(),
    }),
  ),
  /** Why something is missing. */
  problem: z.exactOptional(z.string()),
});

/** `import --json`. */
export const importDocumentSchema = z.object({
  /** Address of the CXDB server. */
  server: z.string(),
  /** The run of the context first, then the runs it started. */
  runs: z.array(
    z.object({
      runId: z.string(),
      context: z.string(),
      pipeline: z.string(),
      /** `known`: it was here already, and is the same. */
      outcome: z.enum(['imported', 'known']),
      turns: z.int(),
    }),
  ),
  /** What could not be brought along. */
  notes: z.array(z.string()),
});

/** `doctor --json`. */
export const doctorDocumentSchema = z.object({
  /** Nothing required is missing. */
  ok: z.boolean(),
  findings: z.array(
    z.object({
      subject: z.string(),
      ok: z.boolean(),
      required: z.boolean(),
      detail: z.string(),
      /** It is there and should not be as it is, such as a worktree that no run names; else what is not ok is absent. */
      isAmiss: z.exactOptional(z.boolean()),
    }),
  ),
});

export type ErrorLine = z.infer<typeof errorLineSchema>;
export type RunEntry = z.infer<typeof runEntrySchema>;
export type RunsDocument = z.infer<typeof runsDocumentSchema>;
export type NodeDocument = z.infer<typeof nodeDocumentSchema>;
export type PictureDocument = z.infer<typeof pictureDocumentSchema>;
export type FormatDocument = z.infer<typeof formatDocumentSchema>;
export type InitDocument = z.infer<typeof initDocumentSchema>;
export type StatusDocument = z.infer<typeof statusDocumentSchema>;
export type ReplayDocument = z.infer<typeof replayDocumentSchema>;
export type RecordDocument = z.infer<typeof recordDocumentSchema>;
export type TestDocument = z.infer<typeof testDocumentSchema>;
export type AnswerDocument = z.infer<typeof answerDocumentSchema>;
export type PublishDocument = z.infer<typeof publishDocumentSchema>;
export type CancelDocument = z.infer<typeof cancelDocumentSchema>;
export type PruneDocument = z.infer<typeof pruneDocumentSchema>;
export type CleanupDocument = z.infer<typeof cleanupDocumentSchema>;
export type AgentsDocument = z.infer<typeof agentsDocumentSchema>;
export type ModelServersDocument = z.infer<typeof modelServersDocumentSchema>;
export type ModelsDocument = z.infer<typeof modelsDocumentSchema>;
export type ModelDocument = z.infer<typeof modelDocumentSchema>;
export type MirrorDocument = z.infer<typeof mirrorDocumentSchema>;
export type ImportDocument = z.infer<typeof importDocumentSchema>;
export type DoctorDocument = z.infer<typeof doctorDocumentSchema>;

// The schema describes the type exactly.
true satisfies Same<z.infer<typeof runSummarySchema>, RunSummary>;
