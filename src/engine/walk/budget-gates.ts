import type { Question } from '../../contract/question.ts';
import type { Op } from '../ports/runtime.ts';
import { asksOnExhaustion, exhaustionText, formatAmount, type Budgets, type Exhaustion } from './budgets.ts';
import type { Visit } from './visit.ts';
import type { Operations } from './operations.ts';
import type { Stage } from './walk-handler.ts';

/** What budget gates need of the walk. */
export interface BudgetedWalk extends Pick<Stage, 'run' | 'program' | 'emit' | 'finish'> {
  readonly budgets: Budgets;
  readonly operations: Operations;
  readonly active: ReadonlyMap<string, Visit>;
  fail(failureReason: string): void;
}

interface Waiter {
  readonly visit: Visit;
  readonly proceed: () => void;
}

interface OpenGate {
  readonly op: Op<'gate'>;
  readonly waiters: Waiter[];
}

/**
 * What happens when a step may not start because a budget is exhausted (R8): the run asks a person
 * once per account, however many branches wait for it, or fails when it was told to.
 */
export class BudgetGates {
  readonly #walk: BudgetedWalk;
  /** By name of the account. */
  readonly #open = new Map<string, OpenGate>();

  constructor(walk: BudgetedWalk) {
    this.#walk = walk;
  }

  /** Calls `proceed` now, or once the budgets cover the visit again. */
  pass(visit: Visit, proceed: () => void): void {
    const exhaustion = this.#walk.budgets.exhausted(visit, this.#walk.run.now());
    if (!exhaustion) return proceed();
    const open = this.#open.get(exhaustion.account.name);
    if (open) {
      open.waiters.push({ visit, proceed });
      return;
    }
    const { account, kind, limit, spent } = exhaustion;
    this.#walk.emit({ type: 'BudgetExhausted', budget: kind, limit, spent, scope: account.name });
    if (asksOnExhaustion(this.#walk.program.graph)) this.#ask(exhaustion, { visit, proceed });
    else this.#refuse(exhaustion, [{ visit, proceed }]);
  }

  /** After new limits: lets through what they cover, without an answer. */
  recheck(): void {
    for (const [name, { op, waiters }] of [...this.#open]) {
      this.#walk.operations.drop(op.key, 'the budget was changed');
      this.#release(name, waiters);
    }
  }

  /** Takes back the questions nobody waits for any more, because the waiting branches were cancelled. */
  withdraw(): void {
    for (const [name, { op, waiters }] of [...this.#open]) {
      if (waiters.some((waiter) => this.#isActive(waiter))) continue;
      this.#walk.operations.drop(op.key, 'nothing waits for this budget any more');
      this.#open.delete(name);
    }
  }

  #ask(exhaustion: Exhaustion, first: Waiter): void {
    const { account } = exhaustion;
    account.asked += 1;
    const op = this.#walk.run.gate(
      `budget:${encodeURIComponent(account.name)}#${account.asked}`,
      questionFor(exhaustion, first.visit),
    );
    const waiters = [first];
    this.#open.set(account.name, { op, waiters });
    this.#walk.operations.when(op, undefined, ({ answer }) => {
      if (answer.kind !== 'choice' || answer.key !== continueKey) {
        this.#open.delete(account.name);
        return this.#refuse(exhaustion, waiters);
      }
      this.#walk.budgets.extend(exhaustion);
      return this.#release(account.name, waiters);
    });
  }

  #release(name: string, waiters: readonly Waiter[]): void {
    this.#open.delete(name);
    for (const waiter of waiters) if (this.#isActive(waiter)) this.pass(waiter.visit, waiter.proceed);
  }

  /** The run's own budget ends the run, so that no failure route spends on; a node's or branch's fails its stages. */
  #refuse(exhaustion: Exhaustion, waiters: readonly Waiter[]): void {
    const failureReason = exhaustionText(exhaustion);
    if (exhaustion.account.name === 'run') return this.#walk.fail(failureReason);
    for (const { visit } of waiters) this.#walk.finish(visit, { status: 'fail', failureReason });
  }

  #isActive({ visit }: Waiter): boolean {
    return this.#walk.active.get(visit.key)?.attempt === visit.attempt;
  }
}

const continueKey = 'C';

/** Stopping stands first and is the default, so that no automatic approval ever spends more. */
function questionFor(exhaustion: Exhaustion, visit: Visit): Question {
  const { account, kind, limit } = exhaustion;
  const grant = formatAmount(kind, account.amounts[kind] ?? limit);
  return {
    text: `${exhaustionText(exhaustion)}. Go on?`,
    type: 'MULTIPLE_CHOICE',
    options: [
      { key: 'S', label: 'Stop' },
      { key: continueKey, label: `Continue, with ${grant} more` },
    ],
    defaultKey: 'S',
    stage: visit.node.id,
    metadata: { purpose: 'budget', budget: kind, account: account.name },
  };
}
