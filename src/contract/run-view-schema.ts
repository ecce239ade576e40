import { z } from 'zod';
import { contextSchema, questionOptionSchema, questionTypeSchema, routeReasonSchema } from './event-schema.ts';
import { stageStatuses } from './outcome.ts';
import type { ResultLine } from './result-line.ts';
import type { RunView } from './run-view.ts';
import type { Same } from './same-type.ts';

const optional = z.exactOptional;
const time = z.iso.datetime();
const counts = z.record(z.string(), z.int());

export const usageTotalsSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: optional(z.number()),
});

export const nodeVisitSchema = z.object({
  node: z.string(),
  scope: z.string(),
  visit: z.int(),
  attempts: z.int(),
  status: z.enum([...stageStatuses, 'running', 'waiting', 'retrying', 'interrupted', 'cancelled']),
  handler: z.string(),
  restart: z.int(),
  startedAt: time,
  durationMs: optional(z.number()),
  retryAt: optional(time),
  notes: optional(z.string()),
  failureReason: optional(z.string()),
  usage: optional(usageTotalsSchema),
  next: optional(z.string()),
  reason: optional(routeReasonSchema),
});

const questionSchema = z.object({
  id: z.string(),
  stage: z.string(),
  text: z.string(),
  type: questionTypeSchema,
  options: z.array(questionOptionSchema),
  default: optional(z.string()),
  since: time,
  until: optional(time),
});

export const waitingSchema = z.object({
  for: z.enum(['answer', 'timer', 'budget']),
  key: z.string(),
  stage: optional(z.string()),
  question: optional(z.string()),
  reason: optional(z.string()),
  since: time,
  until: optional(time),
});

export const runStateSchema = z.enum([
  'created',
  'running',
  'waiting',
  'paused',
  'completed',
  'failed',
  'cancelled',
  'interrupted',
]);

const repositoryViewSchema = z.object({
  name: z.string(),
  path: z.string(),
  base: z.string(),
  baseBranch: optional(z.string()),
  branch: z.string(),
  worktree: z.string(),
  head: z.string(),
  branches: z.array(
    z.object({
      node: z.string(),
      scope: z.string(),
      branch: z.string(),
      worktree: z.string(),
      head: z.string(),
      merged: z.boolean(),
    }),
  ),
  changeRequests: optional(z.array(z.string())),
});

/** `RunView`: what `show --json` prints and the API answers. */
export const runViewSchema = z.object({
  runId: z.string(),
  pipeline: z.string(),
  goal: z.string(),
  state: runStateSchema,
  parent: optional(z.object({ runId: z.string(), key: z.string() })),
  replayOf: optional(z.string()),
  forkOf: optional(z.object({ runId: z.string(), turn: z.int() })),
  startedAt: time,
  updatedAt: time,
  endedAt: optional(time),
  durationMs: z.number(),
  restarts: z.int(),
  visited: z.array(z.string()),
  attempts: counts,
  context: contextSchema,
  failureReason: optional(z.string()),
  nodes: z.array(nodeVisitSchema),
  questions: z.array(questionSchema),
  waiting: z.array(waitingSchema),
  usage: usageTotalsSchema,
  nodeUsage: z.record(z.string(), usageTotalsSchema),
  branchUsage: optional(z.record(z.string(), usageTotalsSchema)),
  warnings: z.array(z.object({ at: time, message: z.string(), key: optional(z.string()) })),
  artifacts: z.array(z.object({ name: z.string(), bytes: z.int(), storedAt: time })),
  turns: z.array(
    z.object({
      turn: z.int(),
      node: z.string(),
      type: z.enum(['CheckpointSaved', 'AgentTurnCompleted', 'InterviewCompleted']),
      at: time,
      repos: z.record(z.string(), z.string()),
    }),
  ),
  workspace: optional(z.object({ repos: z.array(repositoryViewSchema) })),
});

export const diagnosticSchema = z.object({
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'info']),
  message: z.string(),
  file: z.string(),
  line: z.int(),
  column: z.int(),
  node: optional(z.string()),
  edge: optional(z.tuple([z.string(), z.string()])),
  hint: optional(z.string()),
  edits: optional(z.array(z.object({ start: z.int(), end: z.int(), text: z.string() }))),
});

/** `ResultLine`: the last line of `run --json` and `resume --json`. */
export const resultLineSchema = z.object({
  type: z.literal('result'),
  runId: z.string(),
  status: z.enum(['success', 'fail', 'waiting', 'paused', 'cancelled']),
  visited: z.array(z.string()),
  attempts: counts,
  context: contextSchema,
  usage: optional(usageTotalsSchema),
  failureReason: optional(z.string()),
  diagnostics: optional(z.array(diagnosticSchema)),
});

const plainAttributes = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

export const graphDocumentSchema = z.object({
  name: z.string(),
  attributes: plainAttributes,
  nodes: z.array(
    z.object({ id: z.string(), handler: z.string(), attributes: plainAttributes, classes: z.array(z.string()) }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string(), attributes: plainAttributes })),
});

/** What `compile --json` prints; its type stands with `compile` (language/compilation-document.ts). */
export const compilationDocumentSchema = z.object({
  ok: z.boolean(),
  diagnostics: z.array(diagnosticSchema),
  graph: graphDocumentSchema.nullable(),
});

// The schemas describe the types exactly: a change of one alone does not compile.
true satisfies Same<z.infer<typeof runViewSchema>, RunView>;
true satisfies Same<z.infer<typeof resultLineSchema>, ResultLine>;
