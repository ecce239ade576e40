import type { RunEvent, StepEvent, WalkEvent } from '../../../../contract/event.ts';
import type { Outcome, Usage } from '../../../../contract/outcome.ts';
import type { OperationSettled, OperationStarted } from '../../../../engine/ports/turns.ts';
import type { Json } from '../../../../shared/json.ts';
import { numberOf, type OriginalFields, type OriginalTurn } from './original-turns.ts';

/** What is recorded of a turn of the original system: events of the walk, or those of one step with what it came to. */
export type Recorded =
  | { readonly kind: 'walk'; readonly event: WalkEvent }
  | { readonly kind: 'step'; readonly key: string; readonly event: StepEvent }
  | { readonly kind: 'started'; readonly key: string; readonly operation: OperationStarted }
  | { readonly kind: 'settled'; readonly key: string; readonly operation: OperationSettled };

interface Stage {
  readonly node: string;
  readonly visit: number;
  readonly index: number;
  readonly key: string;
}

/**
 * Tells the turns of the original system as our events, one after the other. What it did not record stays out:
 * attempts, the reasons of its routes, and times.
 */
export class OriginalEvents {
  readonly #visits = new Map<string, number>();
  readonly #stages = new Map<string, Stage>();
  #executions = 0;
  #context: { readonly [key: string]: Json } = {};
  /** Turns of kinds the original system announced and never wrote. */
  unread = 0;

  of({ kind, fields }: OriginalTurn): readonly Recorded[] {
    switch (kind) {
      case 'PipelineLifecycle':
        return walk(lifecycleEvent(fields));
      case 'NodeExecution':
        return this.#execution(fields);
      case 'Checkpoint':
        return walk(this.#checkpoint(fields));
      case 'AgentTurn':
        return this.#agentTurn(fields);
      case 'WorktreeEvent':
        return this.#inStage('worktree', worktreeEvents(fields));
      case 'ParallelExecution':
        return walk(this.#parallel(fields));
      case 'ToolExecution':
        this.unread += 1;
        return [];
    }
  }

  #execution(fields: OriginalFields): readonly Recorded[] {
    const node = fields.text('node_id') ?? '';
    const status = fields.text('status') ?? '';
    if (status === 'started') return this.#begin(node, fields.text('handler_type') ?? '');
    const stage = this.#stages.get(node);
    const begun = stage ? [] : this.#begin(node, fields.text('handler_type') ?? '');
    const ended = stage ?? this.#stages.get(node);
    if (!ended) return begun;
    if (status === 'retrying') return [...begun, ...walk({ type: 'StageRetrying', ...place(ended), delayMs: 0 })];
    this.#stages.delete(node);
    return [...begun, ...endOf(ended, status, fields)];
  }

  #begin(node: string, handler: string): readonly Recorded[] {
    const visit = (this.#visits.get(node) ?? 0) + 1;
    this.#visits.set(node, visit);
    const stage = { node, visit, index: this.#executions, key: `${node}#${visit}` };
    this.#executions += 1;
    this.#stages.set(node, stage);
    const call = {
      nodeId: node,
      handler,
      scope: '',
      visit,
      attempt: 1,
      execution: visit - 1,
      fidelity: 'full',
    } as const;
    return [
      ...walk({ type: 'StageStarted', ...place(stage), handler }),
      { kind: 'started', key: stage.key, operation: { kind: 'node', call, fingerprint: '' } },
    ];
  }

  #checkpoint(fields: OriginalFields): WalkEvent {
    const next = fields.text('next_node_id');
    const snapshot = fields.object('context_snapshot');
    const changed = Object.entries(snapshot).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(this.#context[key]),
    );
    this.#context = snapshot;
    return {
      type: 'CheckpointSaved',
      nodeId: fields.text('current_node') ?? '',
      scope: '',
      ...(next !== undefined && { next }),
      reason: next === undefined ? 'end' : 'chosen_edge',
      context: Object.fromEntries(changed),
    };
  }

  #agentTurn(fields: OriginalFields): readonly Recorded[] {
    const node = fields.text('node_id') ?? '';
    const calls = callsOf(fields.parsed('tool_calls'));
    const turn = fields.number('turn_number') ?? 0;
    const sha = fields.text('git_sha');
    const [subject = ''] = (fields.text('commit_message') ?? '').split('\n');
    const files = fields.texts('files_written');
    const events: readonly StepEvent[] = [
      ...textsOf(fields.parsed('messages')).map((text) => ({ type: 'AgentText', text }) as const),
      ...calls,
      ...files.map((path) => ({ type: 'AgentFileChange', path, change: 'modified' }) as const),
      ...usageOf(fields),
      ...(sha === undefined
        ? []
        : [{ type: 'AgentCommitCreated', repo: '', scope: '', sha, subject, files, turn } as const]),
      { type: 'AgentTurnCompleted', turn, toolCalls: calls.length },
    ];
    return this.#inStage(node, events);
  }

  #inStage(node: string, events: readonly StepEvent[]): readonly Recorded[] {
    const key = this.#stages.get(node)?.key ?? `${node}#${this.#visits.get(node) ?? 1}`;
    return events.map((event) => ({ kind: 'step', key, event }));
  }

  #parallel(fields: OriginalFields): WalkEvent {
    const name = fields.text('node_id') ?? '';
    const at = { name, scope: '', visit: this.#visits.get(name) ?? 1 };
    const successCount = fields.number('success_count');
    if (successCount === undefined)
      return { type: 'ParallelStarted', ...at, branchCount: fields.number('branch_count') ?? 0 };
    const failureCount = fields.number('failure_count') ?? 0;
    return {
      type: 'ParallelCompleted',
      ...at,
      durationMs: fields.number('duration_ms') ?? 0,
      successCount,
      failureCount,
    };
  }
}

function walk(event: WalkEvent): readonly Recorded[] {
  return [{ kind: 'walk', event }];
}

function place({ node, visit, index }: Stage) {
  return { name: node, scope: '', index, visit, attempt: 1 };
}

function lifecycleEvent(fields: OriginalFields): WalkEvent {
  const durationMs = fields.number('duration_ms') ?? 0;
  switch (fields.text('status')) {
    case 'completed':
      return { type: 'PipelineCompleted', durationMs, artifactCount: 0 };
    case 'failed':
      return { type: 'PipelineFailed', error: fields.text('error') ?? 'it failed', durationMs };
    case 'paused':
      return { type: 'PipelinePaused', reason: 'paused by a person' };
    default: {
      const [name, id] = [fields.text('pipeline_name') ?? '', fields.text('session_display_id') ?? ''];
      return { type: 'PipelineStarted', name, id, goal: fields.text('goal') ?? '' };
    }
  }
}

/** How a stage ended, its prompt and answer kept where ours are kept. */
function endOf(stage: Stage, status: string, fields: OriginalFields): readonly Recorded[] {
  const durationMs = fields.number('duration_ms') ?? 0;
  const outcome = outcomeOf(status, fields);
  const [prompt, response] = [fields.text('prompt'), fields.text('response')];
  const artifacts = {
    ...(prompt !== undefined && { [`${stage.node}.prompt`]: prompt }),
    ...(response !== undefined && { [`${stage.node}.response`]: response }),
  };
  const operation = { kind: 'node', result: { outcome }, artifacts } as const;
  const hasFailed = outcome.status === 'fail';
  const error = outcome.failureReason ?? status;
  const event: WalkEvent = hasFailed
    ? { type: 'StageFailed', ...place(stage), durationMs, error, willRetry: false, outcome }
    : { type: 'StageCompleted', ...place(stage), durationMs, outcome };
  return [
    { kind: 'settled', key: stage.key, operation },
    { kind: 'walk', event },
  ];
}

const statuses: Readonly<Record<string, Outcome['status']>> = {
  success: 'success',
  partial_success: 'partial_success',
  retry: 'retry',
};

/** The original writes the statuses of its outcomes in capitals, and `failed` in small letters. */
function outcomeOf(status: string, fields: OriginalFields): Outcome {
  const known = statuses[status.toLowerCase()];
  if (known !== undefined) return { status: known };
  return { status: 'fail', failureReason: fields.text('outcome') ?? status };
}

type TextEvent = Extract<RunEvent, { type: 'AgentToolCall' }>;

function callsOf(value: Json | undefined): readonly TextEvent[] {
  if (!Array.isArray(value)) return [];
  return value.map((call: Json, index) => {
    const fields =
      typeof call === 'object' && call !== null && !Array.isArray(call) ? (call as { [key: string]: Json }) : {};
    const { id, name, tool, args, arguments: input } = fields;
    return {
      type: 'AgentToolCall',
      id: typeof id === 'string' ? id : String(index + 1),
      tool: [name, tool].find((word) => typeof word === 'string') ?? '',
      input: args ?? input ?? call,
    };
  });
}

/** What the agent said, of messages in whatever form its library gave them. */
function textsOf(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (typeof value !== 'object' || value === null) return [];
  const { content, text } = value as { readonly [key: string]: Json };
  return textsOf(content ?? text);
}

function usageOf(fields: OriginalFields): readonly StepEvent[] {
  const usage = fields.object('token_usage');
  const input = numberOf(usage['input_tokens'] ?? usage['input'] ?? usage['prompt_tokens']);
  const output = numberOf(usage['output_tokens'] ?? usage['output'] ?? usage['completion_tokens']);
  if (input === undefined && output === undefined) return [];
  const model = fields.text('model');
  const tokens: Usage = { inputTokens: input ?? 0, outputTokens: output ?? 0, ...(model !== undefined && { model }) };
  return [{ type: 'AgentUsage', ...tokens }];
}

function worktreeEvents(fields: OriginalFields): readonly StepEvent[] {
  const repo = fields.text('repo_name') ?? '';
  const scope = fields.text('branch_id') ?? '';
  if (fields.text('status') === 'merged')
    return [
      { type: 'WorktreeMerged', repo, scope, merged: fields.texts('branch_ids'), sha: fields.text('merged_sha') ?? '' },
    ];
  const [branch, worktree] = [fields.text('worktree_branch') ?? '', fields.text('worktree_path') ?? ''];
  return [{ type: 'WorktreeCreated', repo, scope, branch, base: '', worktree }];
}
