import { z } from 'zod';
import type { Json } from '../shared/json.ts';
import type { RunEvent } from './event.ts';
import type { EventPlace, StepPlace } from './event-line.ts';
import { stageStatuses } from './outcome.ts';
import type { Same } from './same-type.ts';

/** Any JSON value. */
export const jsonSchema: z.ZodType<Json> = z.json();
export const contextSchema = z.record(z.string(), jsonSchema);
const optional = z.exactOptional;
const milliseconds = z.number();
const count = z.int();

export const usageSchema = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadTokens: optional(z.number()),
  cacheWriteTokens: optional(z.number()),
  costUsd: optional(z.number()),
  model: optional(z.string()),
});

export const outcomeSchema = z.object({
  status: z.enum(stageStatuses),
  preferredLabel: optional(z.string()),
  suggestedNextIds: optional(z.array(z.string())),
  contextUpdates: optional(contextSchema),
  notes: optional(z.string()),
  failureReason: optional(z.string()),
});

export const questionTypeSchema = z.enum(['YES_NO', 'MULTIPLE_CHOICE', 'FREEFORM', 'CONFIRMATION']);
export const questionOptionSchema = z.object({ key: z.string(), label: z.string(), to: optional(z.string()) });

const questionSchema = z.object({
  text: z.string(),
  type: questionTypeSchema,
  options: z.array(questionOptionSchema),
  defaultKey: optional(z.string()),
  timeoutMs: optional(milliseconds),
  stage: z.string(),
  metadata: optional(z.record(z.string(), z.string())),
});

export const routeReasonSchema = z.enum([
  'condition',
  'preferred_label',
  'suggested_id',
  'weight',
  'lexical',
  'only_edge',
  'chosen_edge',
  'retry_target',
  'fallback_retry_target',
  'fan_in',
  'goal_gate',
  'loop_restart',
  'exit',
  'end',
]);

const stage = { name: z.string(), scope: z.string(), index: count, visit: count, attempt: count };
const branch = { name: z.string(), scope: z.string(), branch: z.string(), index: count };
const interview = { id: z.string(), stage: z.string() };

const walkEvents = [
  z.object({ type: z.literal('PipelineStarted'), name: z.string(), id: z.string(), goal: z.string() }),
  z.object({ type: z.literal('PipelineRestarted'), restart: count, target: z.string() }),
  z.object({ type: z.literal('PipelineCompleted'), durationMs: milliseconds, artifactCount: count }),
  z.object({ type: z.literal('PipelineFailed'), error: z.string(), durationMs: milliseconds }),
  z.object({ type: z.literal('PipelineCancelled'), reason: z.string(), durationMs: milliseconds }),
  z.object({ type: z.literal('PipelinePaused'), reason: z.string() }),
  z.object({ type: z.literal('StageStarted'), handler: z.string(), ...stage }),
  z.object({
    type: z.literal('StageCompleted'),
    durationMs: milliseconds,
    outcome: outcomeSchema,
    usage: optional(usageSchema),
    ...stage,
  }),
  z.object({
    type: z.literal('StageFailed'),
    durationMs: milliseconds,
    error: z.string(),
    willRetry: z.boolean(),
    outcome: outcomeSchema,
    usage: optional(usageSchema),
    ...stage,
  }),
  z.object({ type: z.literal('StageRetrying'), delayMs: milliseconds, reason: optional(z.string()), ...stage }),
  z.object({
    type: z.literal('ParallelStarted'),
    name: z.string(),
    scope: z.string(),
    visit: count,
    branchCount: count,
  }),
  z.object({ type: z.literal('ParallelBranchStarted'), ...branch }),
  z.object({
    type: z.literal('ParallelBranchCompleted'),
    durationMs: milliseconds,
    success: z.boolean(),
    status: z.enum([...stageStatuses, 'cancelled']),
    ...branch,
  }),
  z.object({
    type: z.literal('ParallelCompleted'),
    name: z.string(),
    scope: z.string(),
    visit: count,
    durationMs: milliseconds,
    successCount: count,
    failureCount: count,
  }),
  z.object({ type: z.literal('InterviewStarted'), question: questionSchema, ...interview }),
  z.object({
    type: z.literal('InterviewCompleted'),
    question: questionSchema,
    answer: jsonSchema,
    durationMs: milliseconds,
    ...interview,
  }),
  z.object({ type: z.literal('InterviewTimeout'), question: questionSchema, durationMs: milliseconds, ...interview }),
  z.object({
    type: z.literal('CheckpointSaved'),
    nodeId: z.string(),
    scope: z.string(),
    next: optional(z.string()),
    reason: routeReasonSchema,
    context: contextSchema,
  }),
  z.object({ type: z.literal('GoalGateUnsatisfied'), node: z.string(), target: optional(z.string()) }),
  z.object({
    type: z.literal('BudgetExhausted'),
    budget: z.string(),
    limit: z.number(),
    spent: z.number(),
    scope: z.string(),
  }),
  z.object({ type: z.literal('SteeringReceived'), text: z.string(), node: optional(z.string()) }),
  z.object({
    type: z.literal('ChildObserved'),
    name: z.string(),
    cycle: count,
    status: z.string(),
    activeStage: optional(z.string()),
  }),
  z.object({ type: z.literal('RunWarning'), message: z.string() }),
] as const;

const checkout = { repo: z.string(), scope: z.string() };
const pushed = { repo: z.string(), branch: z.string(), remote: z.string() };

const workspaceEvents = [
  z.object({
    type: z.literal('WorktreeCreated'),
    ...checkout,
    branch: z.string(),
    base: z.string(),
    worktree: z.string(),
  }),
  z.object({
    type: z.literal('AgentCommitCreated'),
    ...checkout,
    sha: z.string(),
    subject: z.string(),
    files: z.array(z.string()),
    turn: optional(count),
  }),
  z.object({
    type: z.literal('WorkspaceSnapshotRecorded'),
    scope: z.string(),
    repos: z.record(z.string(), z.object({ head: z.string(), uncommitted: optional(z.string()) })),
  }),
  z.object({ type: z.literal('WorktreeMerged'), ...checkout, merged: z.array(z.string()), sha: z.string() }),
  z.object({
    type: z.literal('WorktreeMergeConflict'),
    ...checkout,
    merging: z.string(),
    files: z.array(z.string()),
  }),
  z.object({
    type: z.literal('SecretsFound'),
    ...checkout,
    findings: z.array(z.object({ file: z.string(), line: count, rule: z.string() })),
  }),
  z.object({ type: z.literal('SessionBranchPushed'), ...pushed }),
  z.object({ type: z.literal('SessionBranchPushFailed'), ...pushed, error: z.string() }),
  z.object({ type: z.literal('ChangeRequestOpened'), repo: z.string(), branch: z.string(), url: z.string() }),
  z.object({ type: z.literal('WorkspaceNotice'), message: z.string() }),
] as const;

const stepEvents = [
  z.object({
    type: z.literal('AgentSessionStarted'),
    agent: z.string(),
    sessionId: z.string(),
    thread: optional(z.string()),
    model: optional(z.string()),
    resumed: z.boolean(),
  }),
  z.object({
    type: z.literal('AgentMessage'),
    sessionId: z.string(),
    provider: z.string(),
    role: z.enum(['user', 'assistant']),
    content: jsonSchema,
  }),
  z.object({ type: z.literal('AgentText'), text: z.string() }),
  z.object({ type: z.literal('AgentThinking'), text: z.string() }),
  z.object({ type: z.literal('AgentToolCall'), id: z.string(), tool: z.string(), input: jsonSchema }),
  z.object({ type: z.literal('AgentToolResult'), id: z.string(), isError: z.boolean(), output: z.string() }),
  z.object({
    type: z.literal('AgentFileChange'),
    path: z.string(),
    change: z.enum(['created', 'modified', 'deleted']),
  }),
  z.object({ type: z.literal('AgentTurnCompleted'), turn: count, toolCalls: count }),
  z.object({ type: z.literal('AgentUsage'), ...usageSchema.shape }),
  z.object({ type: z.literal('AgentPermissionDenied'), tool: z.string(), input: jsonSchema }),
  z.object({
    type: z.literal('AgentRetrying'),
    attempt: count,
    reason: z.string(),
    delayMs: optional(milliseconds),
  }),
  z.object({ type: z.literal('AgentFallback'), from: z.string(), to: z.string(), reason: z.string() }),
  z.object({
    type: z.literal('AgentLimitReached'),
    agent: z.string(),
    model: optional(z.string()),
    reason: z.string(),
    retryAfterMs: milliseconds,
  }),
  z.object({
    type: z.literal('AgentQueued'),
    agent: z.string(),
    model: optional(z.string()),
    reason: z.string(),
    waitMs: optional(milliseconds),
  }),
  z.object({
    type: z.literal('AgentCircuitChanged'),
    agent: z.string(),
    model: optional(z.string()),
    state: z.enum(['closed', 'open', 'half-open']),
    reason: z.string(),
  }),
  z.object({ type: z.literal('AgentWarning'), message: z.string() }),
  z.object({
    type: z.literal('ProcessStarted'),
    pid: count,
    bootId: z.string(),
    startTime: z.string(),
    command: z.string(),
  }),
  z.object({
    type: z.literal('ProcessExited'),
    pid: count,
    exitCode: z.number().nullable(),
    signal: z.string().nullable(),
    survivors: optional(z.array(count)),
  }),
  z.object({ type: z.literal('ToolOutput'), stream: z.enum(['stdout', 'stderr']), text: z.string() }),
  z.object({
    type: z.literal('ToolHookFailed'),
    hook: z.enum(['pre', 'post']),
    exitCode: z.number().nullable(),
    output: z.string(),
  }),
  ...workspaceEvents,
] as const;

/** Every event, as it is emitted and journaled. */
export const runEventSchema = z.discriminatedUnion('type', [...walkEvents, ...stepEvents]);

const eventPlaceSchema = z.object({ seq: count, at: z.iso.datetime(), runId: z.string() });
const stepPlaceSchema = z.object({ key: z.string() });

/** Every event as one line of JSON (`EventLine`). */
export const eventLineSchema = z.union([
  z.discriminatedUnion('type', [...walkEvents]).and(eventPlaceSchema),
  z.discriminatedUnion('type', [...stepEvents]).and(eventPlaceSchema.extend(stepPlaceSchema.shape)),
]);

// The schemas describe the types exactly: a change of one alone does not compile.
true satisfies Same<z.infer<typeof runEventSchema>, RunEvent>;
true satisfies Same<z.infer<typeof eventPlaceSchema>, EventPlace>;
true satisfies Same<z.infer<typeof stepPlaceSchema>, StepPlace>;
