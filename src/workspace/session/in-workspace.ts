import type { StepEvent } from '../../contract/event.ts';
import { addUsage } from '../../contract/add-usage.ts';
import { succeeded, type Outcome, type Usage } from '../../contract/outcome.ts';
import { failed } from '../../engine/handlers/step-problem.ts';
import type { NodeResult, StepCall, StepHandler, StepServices } from '../../engine/ports/step.ts';
import type { Json } from '../../shared/json.ts';
import type { ChangeKeeper, Withholding, Work } from './keep-changes.ts';
import type { Checkout } from './checkout.ts';
import { dropChangesTo, withheldQuestion, withheldText, type WithheldAnswer } from './withheld.ts';
import { servicesWith } from './services-with.ts';
import type { SessionWorkspace } from './session-workspace.ts';
import { TurnChanges, type Changed } from './turn-changes.ts';

export interface InWorkspaceParts {
  readonly workspace: SessionWorkspace;
  readonly keeper: ChangeKeeper;
  /** Whether a step works on files at all; one that does not needs no folder. */
  readonly touchesFiles: (call: StepCall) => boolean;
  /** Who does the work, where no event will say so. */
  readonly agentOf: (call: StepCall) => string | undefined;
}

/**
 * A step that works in its branch's own folder. What a turn of its agent changes is kept before the turn counts as
 * complete, so that a moment of the conversation and the state of the code stand side by side in the journal; what else has
 * changed is kept when the step ends, however it ends.
 */
export function inWorkspace(handler: StepHandler, parts: InWorkspaceParts): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      if (!parts.touchesFiles(call)) return handler.execute(call, services);
      const checkout = await parts.workspace.checkout(call.scope, services);
      const step = new KeptStep(parts, checkout, call, services);
      if (call.answers) return step.answered(call.answers);
      return step.run(handler);
    },
  };
}

/** Characters of what an agent said that may go into the words of a commit. */
const intentSize = 400;

/** One step in its folder. */
class KeptStep {
  readonly #parts: InWorkspaceParts;
  readonly #checkout: Checkout;
  readonly #call: StepCall;
  readonly #services: StepServices;
  readonly #changes = new TurnChanges();
  #worker: Pick<Work, 'agent' | 'model'>;
  /** The beginning of what the agent said in this turn: what it is about to do. */
  #intent = '';
  /** What it took to word commits. */
  #usage: Usage | undefined;

  constructor(parts: InWorkspaceParts, checkout: Checkout, call: StepCall, services: StepServices) {
    this.#parts = parts;
    this.#checkout = checkout;
    this.#call = call;
    this.#services = services;
    const agent = parts.agentOf(call);
    this.#worker = agent === undefined ? {} : { agent };
  }

  async run(handler: StepHandler): Promise<NodeResult> {
    const inside = servicesWith(this.#services, {
      cwd: this.#checkout.folder,
      emit: (event) => this.#emit(event),
    });
    await this.#recall();
    let result: NodeResult;
    try {
      result = await handler.execute(this.#call, inside);
    } catch (thrown) {
      // What is interrupted goes on in the same folder; what failed has left something there.
      if (!this.#services.signal.aborted) await this.#keep('unknown');
      throw thrown;
    }
    this.#services.signal.throwIfAborted();
    const withheld = await this.#keep('unknown');
    return this.#withheld(this.#withWording(result), withheld);
  }

  /** The work is done and lies in the folder; a person has said what becomes of it. */
  async answered(answers: readonly string[]): Promise<NodeResult> {
    const kept = (await this.#services.readArtifact(this.#withheldName)) as Outcome | undefined;
    if (!kept) return failed('what the step had come to is not in the journal');
    const answer = answers.at(-1) as WithheldAnswer | undefined;
    if (answer === 'D') {
      const withheld = await this.#keep('unknown');
      for (const problem of withheld) await dropChangesTo(this.#checkout, problem, this.#parts.workspace.git);
    }
    if (answer !== 'C' && answer !== 'D') return failed('a person stopped it: what it changed may hold secrets');
    const left = await this.#keep('unknown', answer === 'C');
    return left.length === 0 ? { outcome: kept } : failed(withheldText(left));
  }

  /** What an earlier start has told of a turn that is not over: what it changed is part of that turn. */
  async #recall(): Promise<void> {
    const told = await this.#services.earlier();
    const over = told.findLastIndex(({ type }) => type === 'AgentTurnCompleted');
    for (const [index, event] of told.entries()) {
      if (index > over) this.#changes.see(event);
      if (index > over || event.type !== 'AgentText') this.#note(event);
    }
  }

  async #emit(event: StepEvent): Promise<void> {
    this.#changes.see(event);
    this.#note(event);
    if (event.type === 'AgentTurnCompleted') await this.#turnCompleted(event.turn);
    return this.#services.emit(event);
  }

  /** Who works, and what they say of it. */
  #note(event: StepEvent): void {
    switch (event.type) {
      case 'AgentSessionStarted':
        this.#worker = {
          ...this.#worker,
          agent: event.agent,
          ...(event.model !== undefined && { model: event.model }),
        };
        break;
      case 'AgentUsage':
        if (event.model !== undefined) this.#worker = { ...this.#worker, model: event.model };
        break;
      case 'AgentText':
        if (this.#intent.length < intentSize) this.#intent += event.text;
        break;
      default:
    }
  }

  /** What cannot become a commit yet is looked at again with the next turn, and decided at the end. */
  async #turnCompleted(turn: number): Promise<void> {
    const changed = this.#changes.take();
    const { commits } = this.#parts.workspace.plan;
    const mayHaveChanged = changed === 'unknown' || changed.length > 0;
    if (commits !== 'per_node' && mayHaveChanged) await this.#keep(changed, false, turn);
    this.#intent = '';
  }

  async #keep(changed: Changed, isApproved = false, turn?: number): Promise<readonly Withholding[]> {
    const { runId } = this.#services;
    const intent = this.#intent.trim();
    const work: Work = {
      ...{ runId, node: this.#call.nodeId, ...this.#worker },
      ...(intent !== '' && { intent }),
      ...(turn !== undefined && { turn }),
    };
    const step = { call: this.#call, services: this.#services };
    const kept = await this.#parts.keeper.keep({ ...step, checkout: this.#checkout, changed, work, isApproved });
    if (kept.usage) this.#usage = addUsage(this.#usage, kept.usage);
    return kept.withheld;
  }

  #withWording(result: NodeResult): NodeResult {
    if (!this.#usage) return result;
    return { ...result, usage: result.usage ? addUsage(this.#usage, result.usage) : this.#usage };
  }

  #withheld(result: NodeResult, withheld: readonly Withholding[]): NodeResult {
    if (withheld.length === 0 || !succeeded(result.outcome)) return result;
    const outcome: Outcome = { ...result.outcome, status: 'fail', failureReason: withheldText(withheld) };
    const { secrets } = this.#parts.workspace.plan;
    if (secrets === 'fail' || withheld.some(({ kind }) => kind === 'hook')) return { ...result, outcome };
    // An outcome is plain JSON by its type.
    this.#services.artifact(this.#withheldName, result.outcome as unknown as Json);
    return { ...result, outcome, question: withheldQuestion(this.#call.nodeId, withheld) };
  }

  /** The same for the step and for what is asked of it after an answer. */
  get #withheldName(): string {
    return `${this.#services.key.replace(/:.*$/, '')}.withheld`;
  }
}
