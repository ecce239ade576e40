import type { EventLine } from '../../src/contract/event-line.ts';
import type { Outcome, StageStatus, Usage } from '../../src/contract/outcome.ts';
import type { Question } from '../../src/contract/question.ts';
import type { RunModel } from '../../src/cli/live/run-model.ts';
import { attemptKey, visitKey } from '../../src/contract/keys.ts';

/** Where and how often a node is executed; the first time at the top level unless said otherwise. */
export interface Place {
  readonly scope?: string;
  readonly visit?: number;
  readonly attempt?: number;
}

type Body = EventLine extends infer E ? (E extends EventLine ? Omit<E, 'seq' | 'at' | 'runId'> : never) : never;

/** Tells a model the events a run would tell, at times the test chooses. */
export class ToldRun {
  readonly runId: string;
  readonly #model: RunModel;
  #now = Date.parse('2026-03-01T12:00:00Z');
  #seq = 0;

  constructor(model: RunModel, runId = model.runId) {
    this.#model = model;
    this.runId = runId;
  }

  /** Milliseconds since the epoch. */
  get now(): number {
    return this.#now;
  }

  after(ms: number): this {
    this.#now += ms;
    return this;
  }

  tell(body: Body): this {
    this.#seq += 1;
    const place = { seq: this.#seq, at: new Date(this.#now).toISOString(), runId: this.runId };
    this.#model.add({ ...body, ...place });
    return this;
  }

  pipeline(goal = ''): this {
    return this.tell({ type: 'PipelineStarted', name: 'Sample', id: this.runId, goal });
  }

  starts(name: string, handler = 'codergen', place: Place = {}): this {
    return this.tell({ type: 'StageStarted', handler, ...reference(name, place) });
  }

  ends(name: string, result: { status?: StageStatus; usage?: Usage; text?: string } = {}, place: Place = {}): this {
    const { status = 'success', usage, text } = result;
    const outcome: Outcome = { status, ...(text !== undefined && { notes: text }) };
    const common = { ...reference(name, place), durationMs: 0, outcome, ...(usage && { usage }) };
    if (status !== 'fail') return this.tell({ type: 'StageCompleted', ...common });
    return this.tell({ type: 'StageFailed', error: text ?? 'failed', willRetry: false, ...common });
  }

  /** A stage that fails and is tried again. */
  stumbles(name: string, error: string, place: Place = {}): this {
    const stage = reference(name, place);
    const outcome = { status: 'retry', failureReason: error } as const;
    this.tell({ type: 'StageFailed', error, willRetry: true, durationMs: 0, outcome, ...stage });
    return this.tell({ type: 'StageRetrying', delayMs: 200, ...stage, attempt: stage.attempt + 1 });
  }

  /** A fan-out with the branches that start at once. */
  fansOut(name: string, branches: readonly string[], total = branches.length, place: Place = {}): this {
    const { scope = '', visit = 1 } = place;
    this.starts(name, 'parallel', place);
    this.tell({ type: 'ParallelStarted', name, scope, visit, branchCount: total });
    for (const [index, branch] of branches.entries()) {
      this.tell({ type: 'ParallelBranchStarted', name, scope, branch, index });
      this.starts(branch, 'codergen', { scope: this.scopeOf(name, branch, place) });
    }
    return this;
  }

  branchEnds(name: string, branch: string, status: StageStatus | 'cancelled' = 'success', place: Place = {}): this {
    const { scope = '' } = place;
    const success = status === 'success';
    return this.tell({
      type: 'ParallelBranchCompleted',
      name,
      scope,
      branch,
      index: 0,
      durationMs: 0,
      success,
      status,
    });
  }

  scopeOf(name: string, branch: string, { scope = '', visit = 1, attempt = 1 }: Place = {}): string {
    return `${attemptKey(visitKey(scope, name, visit), attempt)}/${branch}`;
  }

  asks(id: string, question: Question): this {
    return this.tell({ type: 'InterviewStarted', id, stage: question.stage, question });
  }

  isAnswered(id: string, question: Question): this {
    return this.tell({ type: 'InterviewCompleted', id, stage: question.stage, question, answer: 'Y', durationMs: 0 });
  }
}

function reference(name: string, { scope = '', visit = 1, attempt = 1 }: Place) {
  return { name, scope, visit, attempt, index: 0 };
}
