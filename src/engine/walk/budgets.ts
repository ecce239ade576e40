import type { Usage } from '../../contract/outcome.ts';
import { durationOf, numberOf, textOf, type Attributed } from '../../language/graph/attributes.ts';
import type { Graph } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import type { RunContext, Spending } from '../ports/runtime.ts';
import { branchesAround } from './strand.ts';
import type { Visit } from './visit.ts';

/** What can be limited (R8): US dollars, tokens in and out, milliseconds since the account opened, step calls, stage visits. */
export type BudgetKind = 'money' | 'tokens' | 'time' | 'calls' | 'visits';

export type BudgetAmounts = Partial<Record<BudgetKind, number>>;

/** Limits and spending of the run, of one node, or of one branch. */
export interface BudgetAccount {
  /** `run`, `node plan` or `branch fan#1/security`. */
  readonly name: string;
  /** As the pipeline or a command set them: what one extension grants. */
  readonly amounts: BudgetAmounts;
  /** The amounts with all extensions. */
  readonly limits: BudgetAmounts;
  readonly spent: Record<keyof Spending | 'visits', number>;
  readonly openedAt: number;
  /** How often a person was asked about it, over all segments. */
  asked: number;
}

export interface Exhaustion {
  readonly account: BudgetAccount;
  readonly kind: BudgetKind;
  readonly limit: number;
  readonly spent: number;
}

export const budgetKinds: readonly BudgetKind[] = ['money', 'tokens', 'time', 'calls', 'visits'];

/** Keeps the accounts of one walk. Spending survives `loop_restart`, so a restart cannot escape a limit. */
export class Budgets {
  readonly #accounts = new Map<string, BudgetAccount>();
  readonly #run: BudgetAccount;
  readonly #limits = new WeakMap<Attributed, BudgetAmounts | undefined>();
  readonly #clock: Pick<RunContext, 'clockStart'>;

  constructor(graph: Graph, run: Pick<RunContext, 'now' | 'clockStart'>, earlier: Json | undefined) {
    this.#clock = run;
    // Only this class writes the state it is handed back.
    const accounts = (earlier ?? []) as unknown as readonly BudgetAccount[];
    for (const account of accounts) this.#accounts.set(account.name, account);
    this.#run = this.#accounts.get('run') ?? openAccount('run', limitsOf(graph), run.now());
    this.#accounts.set('run', this.#run);
  }

  /** What the whole run spent so far, child pipelines included. */
  get spending(): Spending {
    const { calls, tokens, money } = this.#run.spent;
    return { calls, tokens, money };
  }

  /** The first exhausted limit that covers this visit, if any. The visit itself is charged already. */
  exhausted(visit: Visit, now: number): Exhaustion | undefined {
    for (const account of this.#covering(visit, now)) {
      for (const kind of budgetKinds) {
        const limit = account.limits[kind];
        const spent = this.#spent(account, kind, now);
        if (limit !== undefined && spent >= limit) return { account, kind, limit, spent };
      }
    }
    return undefined;
  }

  /**
   * Of visits, those before the one that asks. Of time, what has gone by since the account was opened; what a fork does on
   * its own is timed from the fork on.
   */
  #spent({ openedAt, spent }: BudgetAccount, kind: BudgetKind, now: number): number {
    if (kind !== 'time') return kind === 'visits' ? spent.visits - 1 : spent[kind];
    // Until something has happened in it, the last thing to happen was before the fork.
    return Math.max(0, now - Math.max(openedAt, this.#clock.clockStart()));
  }

  chargeVisit(visit: Visit, now: number): void {
    for (const { spent } of this.#covering(visit, now)) spent.visits += 1;
  }

  /** A call counts when it starts, so that calls in flight at the same time cannot pass a limit together. */
  chargeCall(visit: Visit, now: number): void {
    for (const { spent } of this.#covering(visit, now)) spent.calls += 1;
  }

  /** What a step used, known once it ended. */
  chargeUsage(visit: Visit, { costUsd, inputTokens, outputTokens }: Usage, now: number): void {
    this.chargeSpending(visit, { calls: 0, tokens: inputTokens + outputTokens, money: costUsd ?? 0 }, now);
  }

  /** What a child pipeline spent. */
  chargeSpending(visit: Visit, { calls, tokens, money }: Spending, now: number): void {
    for (const { spent } of this.#covering(visit, now)) {
      spent.calls += calls;
      spent.tokens += tokens;
      spent.money += money;
    }
  }

  /** Replaces limits of the run, as a person asked. */
  setRunLimits(limits: Readonly<Record<string, number>>): void {
    for (const kind of budgetKinds) {
      const limit = Object.hasOwn(limits, kind) ? limits[kind] : undefined;
      if (limit === undefined) continue;
      this.#run.limits[kind] = limit;
      this.#run.amounts[kind] = limit;
    }
  }

  /** Grants the written amount once more on top of what was spent. */
  extend({ account, kind, limit, spent }: Exhaustion): void {
    account.limits[kind] = spent + (account.amounts[kind] ?? limit);
  }

  /** State for the next segment. */
  handOver(): Json {
    return Array.from(this.#accounts.values(), ({ amounts, limits, spent, ...rest }) => ({
      ...rest,
      amounts: { ...amounts },
      limits: { ...limits },
      spent: { ...spent },
    }));
  }

  /** The account of the run, of the node, and of every branch around it; a fan-out's budget is that of each of its branches. */
  #covering(visit: Visit, now: number): readonly BudgetAccount[] {
    const { node, strand, handler } = visit;
    const accounts = [this.#run];
    const own = handler === 'parallel' ? undefined : this.#accountOf('node', node.id, node, now);
    if (own) accounts.push(own);
    for (const { scope, fanOut } of branchesAround(strand)) {
      const branch = this.#accountOf('branch', scope, fanOut, now);
      if (branch) accounts.push(branch);
    }
    return accounts;
  }

  /** Only owners that set limits have an account, so that all others cost nothing. */
  #accountOf(kind: 'node' | 'branch', id: string, owner: Attributed, now: number): BudgetAccount | undefined {
    const limits = this.#limitsOf(owner);
    if (!limits) return undefined;
    const name = `${kind} ${id}`;
    const account = this.#accounts.get(name) ?? openAccount(name, limits, now);
    this.#accounts.set(name, account);
    return account;
  }

  /** What an owner sets; undefined where it sets nothing. Asked several times a visit, so it is looked up once. */
  #limitsOf(owner: Attributed): BudgetAmounts | undefined {
    if (this.#limits.has(owner)) return this.#limits.get(owner);
    const limits = limitsOf(owner);
    const set = Object.keys(limits).length === 0 ? undefined : limits;
    this.#limits.set(owner, set);
    return set;
  }
}

function openAccount(name: string, amounts: BudgetAmounts, now: number): BudgetAccount {
  const spent = { money: 0, tokens: 0, calls: 0, visits: 0 };
  return { name, amounts, limits: { ...amounts }, spent, openedAt: now, asked: 0 };
}

function limitsOf(owner: Attributed): BudgetAmounts {
  const limits: BudgetAmounts = {};
  for (const kind of budgetKinds) {
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
  return `budget exhausted: ${kind} of the ${account.name} (${formatAmount(kind, spent)} of ${formatAmount(kind, limit)})`;
}

/** An amount for people: `$1.20`, `$0.0060`, `90.0 s`, `2000`. */
export function formatAmount(kind: BudgetKind, amount: number): string {
  if (kind === 'money') return formatMoney(amount);
  return kind === 'time' ? `${(amount / 1_000).toFixed(1)} s` : String(amount);
}

/** Few cents are told to their hundredths, or what was spent would look like what might be spent. */
function formatMoney(dollars: number): string {
  const cents = Number((dollars * 100).toFixed(6));
  return `$${dollars.toFixed(dollars >= 0.1 || Number.isInteger(cents) ? 2 : 4)}`;
}
