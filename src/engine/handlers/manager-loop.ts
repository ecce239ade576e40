import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { durationOf, integerOf, listOf, textOf } from '../../language/graph/attributes.ts';
import type { Child, ChildTelemetry, WalkResult } from '../ports/runtime.ts';
import { setContext } from '../walk/strand.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';

/** 4.11: supervises a child pipeline by ticks of timer, observe, decide, perhaps steer. */
export const managerLoopHandler: WalkHandler = {
  begin(visit, stage) {
    const { graph, children } = stage.program;
    const path = textOf(visit.node, 'stack.child_dotfile') ?? textOf(graph, 'stack.child_dotfile');
    if (path === undefined)
      return stage.finish(visit, { status: 'fail', failureReason: 'No stack.child_dotfile specified' });
    const bundle = children.get(path);
    if (bundle === undefined) {
      const failureReason = `stack.child_dotfile of ${visit.node.id}: ${path} is not part of this run`;
      return stage.finish(visit, { status: 'fail', failureReason });
    }
    if (textOf(visit.node, 'stack.child_autostart') === 'false') {
      return stage.finish(visit, {
        status: 'fail',
        failureReason: 'stack.child_autostart=false: no child run to supervise',
      });
    }
    const manager = new ManagerLoop(visit, stage);
    return stage.startChild(visit, {
      bundle,
      part: 'child',
      begun: (child) => manager.nextCycle(child),
      ended: (result) => manager.childEnded(result),
    });
  },
};

const defaultPollMs = 45_000;
const defaultMaxCycles = 1_000;
const defaultActions = ['observe', 'wait'];

/** The supervision of one child: cycles of observe, steer, decide and wait, until the child or the loop ends. */
class ManagerLoop {
  readonly #visit: Visit;
  readonly #stage: Stage;
  readonly #actions: ReadonlySet<string>;
  readonly #pollMs: number;
  readonly #maxCycles: number;
  #cycle = 0;
  #steeredAt: number | undefined;

  constructor(visit: Visit, stage: Stage) {
    const actions = listOf(visit.node, 'manager.actions');
    this.#visit = visit;
    this.#stage = stage;
    this.#actions = new Set(actions.length > 0 ? actions : defaultActions);
    this.#pollMs = durationOf(visit.node, 'manager.poll_interval') ?? defaultPollMs;
    this.#maxCycles = integerOf(visit.node, 'manager.max_cycles') ?? defaultMaxCycles;
  }

  nextCycle(child: Child): void {
    this.#cycle += 1;
    if (this.#cycle > this.#maxCycles) return this.#end({ status: 'fail', failureReason: 'Max cycles exceeded' });
    if (!this.#actions.has('observe')) return this.#steer(child);
    const observation = child.observe(this.#key('observe'));
    return this.#stage.when(this.#visit, observation, ({ telemetry }) => {
      this.#ingest(telemetry);
      this.#steer(child);
    });
  }

  childEnded({ state, outcome }: WalkResult): void {
    const { strand } = this.#visit;
    setContext(strand, 'stack.child.status', state);
    setContext(strand, 'stack.child.outcome', outcome.status);
    if (state === 'completed') return this.#end({ status: 'success', notes: 'Child completed' });
    const reason = outcome.failureReason;
    return this.#end({
      status: 'fail',
      failureReason: reason === undefined ? 'Child failed' : `Child failed: ${reason}`,
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
  #steer(child: Child): void {
    if (!this.#actions.has('steer') || !this.#isCooledDown()) return this.#decide(child);
    this.#steeredAt = this.#stage.run.now();
    return this.#stage.step(this.#visit, {
      handler: 'codergen',
      part: `steer${this.#cycle}`,
      ended: (outcome) => this.#instruct(child, outcome),
    });
  }

  /** Sends what the model said; an empty answer leaves the child alone. */
  #instruct(child: Child, outcome: Outcome): void {
    const text = outcome.contextUpdates?.['last_response'];
    if (!succeeded(outcome)) {
      const reason = outcome.failureReason ?? outcome.status;
      this.#stage.emit({ type: 'RunWarning', message: `${this.#visit.node.id} could not steer its child: ${reason}` });
    } else if (typeof text === 'string' && text.trim() !== '') {
      const sent = child.send(this.#key('send'), { kind: 'steer', text });
      return this.#stage.when(this.#visit, sent, () => this.#decide(child));
    }
    return this.#decide(child);
  }

  #isCooledDown(): boolean {
    const cooldownMs = durationOf(this.#visit.node, 'manager.steer_cooldown') ?? this.#pollMs;
    return this.#steeredAt === undefined || this.#stage.run.now() - this.#steeredAt >= cooldownMs;
  }

  #decide(child: Child): void {
    const { strand, node } = this.#visit;
    const stopCondition = textOf(node, 'manager.stop_condition');
    if (stopCondition !== undefined && this.#stage.holds(stopCondition, strand, strand.lastOutcome)) {
      return this.#end({ status: 'success', notes: 'Stop condition satisfied' });
    }
    // A cycle always waits: without `wait` among the actions the loop would only spin through its cycles.
    const timer = this.#stage.run.timer(this.#key('poll'), this.#pollMs);
    return this.#stage.when(this.#visit, timer, () => this.nextCycle(child));
  }

  /** Ends the supervision; a child still running is cancelled with it. */
  #end(outcome: Outcome): void {
    this.#stage.finishDropping(this.#visit, outcome, 'supervision ended');
  }

  #key(part: string): string {
    return attemptKey(this.#visit, `${part}${this.#cycle}`);
  }
}
