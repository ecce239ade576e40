import type { Outcome } from '../../contract/outcome.ts';
import { durationOf, integerOf, listOf, textOf } from '../../language/graph/attributes.ts';
import type { Child, ChildTelemetry, WalkResult } from '../ports/runtime.ts';
import { setContext } from '../walk/strand.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';
import { userContext } from './child-input.ts';

/** 4.11: supervises a child pipeline by ticks of timer, observe, decide, perhaps steer. */
export const managerLoopHandler: WalkHandler = {
  begin(visit, stage) {
    const { graph, children } = stage.program;
    const path = textOf(visit.node, 'stack.child_dotfile') ?? textOf(graph, 'stack.child_dotfile');
    const bundle = path === undefined ? undefined : children.get(path);
    if (bundle === undefined) return stage.finish(visit, { status: 'fail', failureReason: 'No stack.child_dotfile specified' });
    if (textOf(visit.node, 'stack.child_autostart') === 'false') {
      return stage.finish(visit, { status: 'fail', failureReason: 'stack.child_autostart=false: no child run to supervise' });
    }
    const child = stage.run.child(attemptKey(visit, 'child'), bundle, userContext(visit.strand.context));
    new ManagerLoop(visit, stage, child).begin();
  },
};

const defaultPollMs = 45_000;
const defaultMaxCycles = 1_000;
const defaultActions = ['observe', 'wait'];

class ManagerLoop {
  readonly #visit: Visit;
  readonly #stage: Stage;
  readonly #child: Child;
  readonly #actions: ReadonlySet<string>;
  readonly #pollMs: number;
  readonly #maxCycles: number;
  #cycle = 0;
  #steeredAt: number | undefined;

  constructor(visit: Visit, stage: Stage, child: Child) {
    const actions = listOf(visit.node, 'manager.actions');
    this.#visit = visit;
    this.#stage = stage;
    this.#child = child;
    this.#actions = new Set(actions.length > 0 ? actions : defaultActions);
    this.#pollMs = durationOf(visit.node, 'manager.poll_interval') ?? defaultPollMs;
    this.#maxCycles = integerOf(visit.node, 'manager.max_cycles') ?? defaultMaxCycles;
  }

  begin(): void {
    this.#stage.when(this.#visit, this.#child.done, ({ result }) => this.#childEnded(result));
    this.#nextCycle();
  }

  #nextCycle(): void {
    this.#cycle += 1;
    if (this.#cycle > this.#maxCycles) return this.#end({ status: 'fail', failureReason: 'Max cycles exceeded' });
    if (!this.#actions.has('observe')) return this.#steer();
    const observation = this.#child.observe(this.#key('observe'));
    this.#stage.when(this.#visit, observation, ({ telemetry }) => {
      this.#ingest(telemetry);
      this.#steer();
    });
  }

  /** Telemetry becomes context (`stack.child.*`), where conditions and prompts can read it. */
  #ingest(telemetry: ChildTelemetry): void {
    const { strand, node } = this.#visit;
    const { status, activeStage, outcome, completedStages, retries } = telemetry;
    setContext(strand, 'stack.child.status', status);
    setContext(strand, 'stack.child.outcome', outcome ?? '');
    setContext(strand, 'stack.child.active_stage', activeStage ?? '');
    setContext(strand, 'stack.child.completed_stages', completedStages);
    setContext(strand, 'stack.child.retries', retries);
    this.#stage.emit({
      type: 'ChildObserved',
      name: node.id,
      cycle: this.#cycle,
      status,
      ...(activeStage === undefined ? {} : { activeStage }),
    });
  }

  /** With `steer` among the actions and the cooldown over, the node's prompt asks a model for an instruction to the child. */
  #steer(): void {
    if (!this.#actions.has('steer') || !this.#cooledDown()) return this.#decide();
    this.#steeredAt = this.#stage.run.now();
    this.#stage.step(this.#visit, {
      handler: 'codergen',
      part: `steer${this.#cycle}`,
      then: (outcome) => {
        const instruction = outcome.contextUpdates?.['last_response'];
        if (outcome.status !== 'success' || typeof instruction !== 'string' || instruction.trim() === '') return this.#decide();
        const sent = this.#child.send(this.#key('send'), { kind: 'steer', text: instruction });
        this.#stage.when(this.#visit, sent, () => this.#decide());
      },
    });
  }

  #cooledDown(): boolean {
    const cooldownMs = durationOf(this.#visit.node, 'manager.steer_cooldown') ?? this.#pollMs;
    return this.#steeredAt === undefined || this.#stage.run.now() - this.#steeredAt >= cooldownMs;
  }

  #decide(): void {
    const { strand, node } = this.#visit;
    const stopCondition = textOf(node, 'manager.stop_condition');
    if (stopCondition !== undefined && this.#stage.holds(stopCondition, strand, strand.lastOutcome)) {
      return this.#end({ status: 'success', notes: 'Stop condition satisfied' });
    }
    // A cycle always waits: without `wait` among the actions the loop would only spin through its cycles.
    const timer = this.#stage.run.timer(this.#key('poll'), this.#pollMs);
    this.#stage.when(this.#visit, timer, () => this.#nextCycle());
  }

  #childEnded(result: WalkResult): void {
    const { strand } = this.#visit;
    setContext(strand, 'stack.child.status', result.state);
    setContext(strand, 'stack.child.outcome', result.outcome.status);
    if (result.state === 'completed') return this.#end({ status: 'success', notes: 'Child completed' });
    const reason = result.outcome.failureReason;
    return this.#end({ status: 'fail', failureReason: reason === undefined ? 'Child failed' : `Child failed: ${reason}` });
  }

  /** Ends the supervision; a child still running is cancelled with it. */
  #end(outcome: Outcome): void {
    this.#stage.finishDropping(this.#visit, outcome, 'supervision ended');
  }

  #key(part: string): string {
    return attemptKey(this.#visit, `${part}${this.#cycle}`);
  }
}
