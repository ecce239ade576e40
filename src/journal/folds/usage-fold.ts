import type { Usage } from '../../contract/outcome.ts';
import type { UsageTotals } from '../../contract/run-view.ts';
import type { RecordedCall } from '../../engine/ports/step.ts';
import { visitKey } from '../../contract/keys.ts';
import { dictionaryOf } from '../../shared/json.ts';
import { noUsage, sumUsage } from './usage-totals.ts';

interface RunningStep {
  readonly node: string;
  readonly visit: string;
  /** What its agent reported so far. */
  reported: UsageTotals | undefined;
}

/**
 * Tokens and money by run, node and visit, from the steps themselves, so that those no stage event tells
 * of (a manager's steering) count too. While a step runs, and when it was dropped, what its agent
 * reported counts; once it has a result, what the result says.
 */
export class UsageFold {
  readonly #running = new Map<string, RunningStep>();
  readonly #byNode = new Map<string, UsageTotals>();
  readonly #byVisit = new Map<string, UsageTotals>();
  #run = noUsage;

  started(key: string, call: RecordedCall): void {
    this.#running.set(key, {
      node: call.nodeId,
      visit: visitKey(call.scope, call.nodeId, call.visit),
      reported: undefined,
    });
  }

  reported(key: string, usage: Usage): void {
    const step = this.#running.get(key);
    if (step) step.reported = sumUsage(step.reported ?? noUsage, usage);
  }

  settled(key: string, usage: Usage | undefined): void {
    const step = this.#running.get(key);
    this.#running.delete(key);
    const counted = usage ?? step?.reported;
    if (step && counted) this.#count(step, counted);
  }

  dropped(key: string): void {
    this.settled(key, undefined);
  }

  totals(): UsageTotals {
    return this.#reportedSoFar().reduce((sum, { reported }) => sumUsage(sum, reported), this.#run);
  }

  byNode(): Readonly<Record<string, UsageTotals>> {
    const totals = new Map(this.#byNode);
    for (const { node, reported } of this.#reportedSoFar())
      totals.set(node, sumUsage(totals.get(node) ?? noUsage, reported));
    return dictionaryOf(totals);
  }

  /** By visit key, finished steps and running ones. */
  byVisit(): ReadonlyMap<string, UsageTotals> {
    const totals = new Map(this.#byVisit);
    for (const { visit, reported } of this.#reportedSoFar())
      totals.set(visit, sumUsage(totals.get(visit) ?? noUsage, reported));
    return totals;
  }

  #count({ node, visit }: RunningStep, usage: Usage | UsageTotals): void {
    this.#run = sumUsage(this.#run, usage);
    this.#byNode.set(node, sumUsage(this.#byNode.get(node) ?? noUsage, usage));
    this.#byVisit.set(visit, sumUsage(this.#byVisit.get(visit) ?? noUsage, usage));
  }

  #reportedSoFar(): readonly (RunningStep & { readonly reported: UsageTotals })[] {
    return [...this.#running.values()].flatMap((step) => (step.reported ? [{ ...step, reported: step.reported }] : []));
  }
}
