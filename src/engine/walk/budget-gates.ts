import type { Question } from '../../contract/question.ts';
import type { Op } from '../ports/runtime.ts';
import { asksOnExhaustion, exhaustionText, type Exhaustion } from './budgets.ts';
import type { Visit } from './visit.ts';
import type { Walk } from './walk.ts';

interface OpenGate {
  readonly op: Op<'gate'>;
  readonly exhaustion: Exhaustion;
  readonly waiting: { readonly visit: Visit; readonly proceed: () => void }[];
}

/**
 * What happens when a step may not start because a budget is exhausted (R8): the run asks a person
 * once per account, however many branches wait for it, or fails when it was told to.
 */
export class BudgetGates {
  readonly #walk: Walk;
  readonly #open = new Map<string, OpenGate>();
  #asked = 0;

  constructor(walk: Walk) {
    this.#walk = walk;
  }

  /** Calls `proceed` now, or once the budget covers the visit again. */
  pass(visit: Visit, proceed: () => void): void {
    const exhaustion = this.#walk.budgets.exhausted(visit, this.#walk.run.now());
    if (!exhaustion) return proceed();
    const open = this.#open.get(exhaustion.account.name);
    if (open) {
      open.waiting.push({ visit, proceed });
      return;
    }
    const { account, kind, limit, spent } = exhaustion;
    this.#walk.emit({ type: 'BudgetExhausted', budget: kind, limit, spent, scope: account.name });
    if (asksOnExhaustion(this.#walk.program.graph)) this.#ask(exhaustion, { visit, proceed });
    else this.#refuse(exhaustion, [visit]);
  }

  /** After new limits: lets through what they cover, without an answer. */
  recheck(): void {
    for (const [name, { op, waiting }] of [...this.#open]) {
      const first = waiting[0];
      if (first && this.#walk.budgets.exhausted(first.visit, this.#walk.run.now())) continue;
      this.#walk.operations.drop(op.key, 'the budget was raised');
      this.#release(name, waiting);
    }
  }

  #ask(exhaustion: Exhaustion, first: OpenGate['waiting'][number]): void {
    const { name } = exhaustion.account;
    this.#asked += 1;
    const op = this.#walk.run.gate(`budget:${encodeURIComponent(name)}#${this.#asked}`, budgetQuestion(exhaustion, first.visit));
    const waiting = [first];
    this.#open.set(name, { op, exhaustion, waiting });
    this.#walk.operations.when(op, undefined, ({ answer }) => {
      if (answer.kind === 'choice' && answer.key === 'C') {
        this.#walk.budgets.extend(exhaustion);
        this.#release(name, waiting);
      } else {
        this.#open.delete(name);
        this.#refuse(exhaustion, waiting.map(({ visit }) => visit));
      }
    });
  }

  #release(name: string, waiting: OpenGate['waiting']): void {
    this.#open.delete(name);
    for (const { visit, proceed } of waiting) if (this.#isActive(visit)) this.pass(visit, proceed);
  }

  /** The run's own budget ends the run, so that no failure route spends on; a node's or branch's fails its stages. */
  #refuse(exhaustion: Exhaustion, visits: readonly Visit[]): void {
    const failureReason = exhaustionText(exhaustion);
    if (exhaustion.account.name === 'run') return this.#walk.fail(failureReason);
    for (const visit of visits) this.#walk.finish(visit, { status: 'fail', failureReason });
  }

  #isActive(visit: Visit): boolean {
    return this.#walk.active.get(visit.key)?.attempt === visit.attempt;
  }
}

function budgetQuestion(exhaustion: Exhaustion, visit: Visit): Question {
  return {
    text: `${exhaustionText(exhaustion)}. Go on?`,
    type: 'MULTIPLE_CHOICE',
    options: [
      { key: 'C', label: 'Continue with the same amount again' },
      { key: 'S', label: 'Stop' },
    ],
    stage: visit.node.id,
    metadata: { purpose: 'budget', budget: exhaustion.kind, account: exhaustion.account.name },
  };
}
