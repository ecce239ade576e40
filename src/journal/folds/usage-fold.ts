import type { Usage } from '../../contract/outcome.ts';
import type { UsageTotals } from '../../contract/run-view.ts';
import type { RecordedCall } from '../../engine/ports/step.ts';
import { branchesAround, visitKey } from '../../contract/keys.ts';
import { dictionaryOf } from '../../shared/json.ts';
import { noUsage, sumUsage } from './usage-totals.ts';

interface RunningStep {
  readonly node: string;
  readonly scope: string;
  readonly visit: string;
  /** What its agent reported so far. */
  reported: UsageTotals | undefined;
}

/** What a `UsageFold` knows. */
export interface UsageState {
  readonly running: Map<string, RunningStep>;
  readonly byNode: Map<string, UsageTotals>;
  readonly byVisit: Map<string, UsageTotals>;
  readonly byBranch: Map<string, UsageTotals>;
  run: UsageTotals;
}

/**
 * Tokens and money by run, node, visit and branch, from the steps themselves, so that those no stage event tells
 * of (a manager's steering) count too. While a step runs, and when it was dropped, what its agent
 * reported counts; once it has a result, what the result says.
 */
export class UsageFold {
  readonly state: UsageState;

  constructor(
    state: UsageState = {
      running: new Map(),
      byNode: new Map(),
      byVisit: new Map(),
      byBranch: new Map(),
      run: noUsage,
    },
  ) {
    this.state = state;
  }

  started(key: string, call: RecordedCall): void {
    this.state.running.set(key, {
      node: call.nodeId,
      scope: call.scope,
      visit: visitKey(call.scope, call.nodeId, call.visit),
      reported: undefined,
    });
  }

  reported(key: string, usage: Usage): void {
    const step = this.state.running.get(key);
    if (step) step.reported = sumUsage(step.reported ?? noUsage, usage);
  }

  settled(key: string, usage: Usage | undefined): void {
    const step = this.state.running.get(key);
    this.state.running.delete(key);
    const counted = usage ?? step?.reported;
    if (step && counted) this.#count(step, counted);
  }

  dropped(key: string): void {
    this.settled(key, undefined);
  }

  totals(): UsageTotals {
    return this.#reportedSoFar().reduce((sum, { reported }) => sumUsage(sum, reported), this.state.run);
  }

  byNode(): Readonly<Record<string, UsageTotals>> {
    return dictionaryOf(this.#withReported(this.state.byNode, ({ node }) => [node]));
  }

  /** By visit key, finished steps and running ones. */
  byVisit(): ReadonlyMap<string, UsageTotals> {
    return this.#withReported(this.state.byVisit, ({ visit }) => [visit]);
  }

  /** By branch path, what branches within it used included. */
  byBranch(): Readonly<Record<string, UsageTotals>> {
    return dictionaryOf(this.#withReported(this.state.byBranch, ({ scope }) => branchesAround(scope)));
  }

  #count({ node, visit, scope }: RunningStep, usage: Usage | UsageTotals): void {
    this.state.run = sumUsage(this.state.run, usage);
    add(this.state.byNode, node, usage);
    add(this.state.byVisit, visit, usage);
    for (const branch of branchesAround(scope)) add(this.state.byBranch, branch, usage);
  }

  /** Totals together with what steps that still run have reported. */
  #withReported(
    finished: ReadonlyMap<string, UsageTotals>,
    keysOf: (step: RunningStep) => readonly string[],
  ): ReadonlyMap<string, UsageTotals> {
    const totals = new Map(finished);
    for (const step of this.#reportedSoFar()) for (const key of keysOf(step)) add(totals, key, step.reported);
    return totals;
  }

  #reportedSoFar(): readonly (RunningStep & { readonly reported: UsageTotals })[] {
    return [...this.state.running.values()].flatMap((step) =>
      step.reported ? [{ ...step, reported: step.reported }] : [],
    );
  }
}

function add(totals: Map<string, UsageTotals>, key: string, usage: Pick<Usage, keyof UsageTotals>): void {
  totals.set(key, sumUsage(totals.get(key) ?? noUsage, usage));
}
