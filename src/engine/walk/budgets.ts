import type { Usage } from '../../contract/outcome.ts';
import { durationOf, numberOf, textOf, type Attributed } from '../../language/graph/attributes.ts';
import type { Graph } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import type { Strand } from './strand.ts';
import type { Visit } from './visit.ts';

/** What can be limited (R8): US dollars, tokens in and out, milliseconds since the account opened, step calls, stage visits. */
export type BudgetKind = 'money' | 'tokens' | 'time' | 'calls' | 'visits';

export type BudgetAmounts = Partial<Record<BudgetKind, number>>;

/** Limits and spending of the run, of one node, or of one branch. */
export interface BudgetAccount {
  /** `run`, `node plan` or `branch fan#1/security`. */
  readonly name: string;
  readonly limits: BudgetAmounts;
  readonly spent: { money: number; tokens: number; calls: number; visits: number };
  readonly openedAt: number;
}

export interface Exhaustion {
  readonly account: BudgetAccount;
  readonly kind: BudgetKind;
  readonly limit: number;
  readonly spent: number;
}

const kinds: readonly BudgetKind[] = ['money', 'tokens', 'time', 'calls', 'visits'];

/** Keeps the accounts of one walk. Spending survives `loop_restart`, so a restart cannot escape a limit. */
export class Budgets {
  readonly #accounts = new Map<string, BudgetAccount>();

  constructor(graph: Graph, now: number, earlier: Json | undefined) {
    this.#open('run', graph, now);
    // Only this class writes the state it is handed back.
    for (const account of (earlier ?? []) as unknown as BudgetAccount[]) this.#accounts.set(account.name, account);
  }

  /** The first exhausted limit that covers this visit, if any. */
  exhausted(visit: Visit, now: number): Exhaustion | undefined {
    for (const account of this.#covering(visit, now)) {
      for (const kind of kinds) {
        const limit = account.limits[kind];
        const spent = kind === 'time' ? now - account.openedAt : account.spent[kind];
        if (limit !== undefined && spent >= limit) return { account, kind, limit, spent };
      }
    }
    return undefined;
  }

  chargeVisit(visit: Visit, now: number): void {
    for (const account of this.#covering(visit, now)) account.spent.visits += 1;
  }

  chargeCall(visit: Visit, usage: Usage | undefined, now: number): void {
    for (const { spent } of this.#covering(visit, now)) {
      spent.calls += 1;
      spent.money += usage?.costUsd ?? 0;
      spent.tokens += (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
    }
  }

  /** Replaces limits of the run account, as a person asked. */
  setRunLimits(limits: Readonly<Record<string, number>>): void {
    const run = this.#accounts.get('run');
    for (const kind of kinds) if (run && limits[kind] !== undefined) run.limits[kind] = limits[kind];
  }

  /** Grants the exhausted limit once more on top of what was spent. */
  extend({ account, kind, limit, spent }: Exhaustion): void {
    account.limits[kind] = spent + limit;
  }

  /** State for the next segment. */
  handOver(): Json {
    return [...this.#accounts.values()].map(({ name, limits, spent, openedAt }) => ({ name, limits, spent, openedAt }));
  }

  #covering(visit: Visit, now: number): readonly BudgetAccount[] {
    const covering = [this.#accounts.get('run'), this.#open(`node ${visit.node.id}`, visit.node, now)];
    for (let strand: Strand | undefined = visit.strand; strand?.fanOut; strand = strand.parent) {
      covering.push(this.#open(`branch ${strand.scope}`, strand.fanOut, now));
    }
    return covering.filter((account) => account !== undefined);
  }

  /** The account of that name; opened when its owner sets limits, so that unlimited nodes cost nothing. */
  #open(name: string, owner: Attributed, now: number): BudgetAccount | undefined {
    const known = this.#accounts.get(name);
    if (known) return known;
    const limits = limitsOf(owner);
    if (name !== 'run' && Object.keys(limits).length === 0) return undefined;
    const account: BudgetAccount = { name, limits, spent: { money: 0, tokens: 0, calls: 0, visits: 0 }, openedAt: now };
    this.#accounts.set(name, account);
    return account;
  }
}

function limitsOf(owner: Attributed): BudgetAmounts {
  const limits: BudgetAmounts = {};
  for (const kind of kinds) {
    const limit = kind === 'time' ? durationOf(owner, 'budget.time') : numberOf(owner, `budget.${kind}`);
    if (limit !== undefined) limits[kind] = limit;
  }
  return limits;
}

/** Whether exhaustion asks a person (the default) or fails. */
export function asksOnExhaustion(graph: Graph): boolean {
  return textOf(graph, 'budget.on_exhausted') !== 'fail';
}

export function exhaustionText({ account, kind, limit, spent }: Exhaustion): string {
  return `budget exhausted: ${kind} of the ${account.name} (${format(kind, spent)} of ${format(kind, limit)})`;
}

function format(kind: BudgetKind, amount: number): string {
  if (kind === 'money') return `$${amount.toFixed(2)}`;
  return kind === 'time' ? `${(amount / 1_000).toFixed(1)} s` : String(amount);
}
