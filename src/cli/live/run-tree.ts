import type { UsageTotals } from '../../contract/run-view.ts';
import { noUsage, sumUsage } from '../../journal/folds/usage-totals.ts';
import { columnsOf } from '../../language/picture/text-layout.ts';
import { activeStates, isEnded, type Activity, type BranchCounts, type Row, type RowState } from './row.ts';

/** A row while it changes. Only `RunTree` writes to it, so that its counts stay right. */
export interface TreeRow extends Row {
  readonly parent: TreeRow | undefined;
  at: string | undefined;
  state: RowState;
  startedAt: number | undefined;
  endedAt: number | undefined;
  visit: number;
  attempt: number;
  usage: UsageTotals;
  branches: BranchCounts | undefined;
  activity: Activity | undefined;
  remark: string | undefined;
  children: TreeRow[];
  /** No longer part of the picture: late events of it change nothing. */
  isGone: boolean;
}

/** Ended rows that are remembered in the order they ended: more than any terminal shows. */
const recentLimit = 256;

/** The states that are indexed: what goes on, and what must not be overlooked. */
const indexed = [...activeStates, 'failed'] as const satisfies readonly RowState[];
type Indexed = (typeof indexed)[number];

/**
 * The rows of a run and what is found among them without looking at all: counts by state, what goes on,
 * what failed and what ended last. Every change costs the same however many rows there are.
 */
export class RunTree {
  readonly roots: TreeRow[] = [];
  readonly #counts = new Map<RowState, number>();
  readonly #index = new Map<RowState, Set<TreeRow>>(indexed.map((state) => [state, new Set()]));
  readonly #recent: TreeRow[] = [];
  #usage: UsageTotals = noUsage;
  #size = 0;
  #longestName = 0;
  #topLevelEnded = 0;
  #latest: TreeRow | undefined;

  /** Rows there are. */
  get size(): number {
    return this.#size;
  }

  /** Columns of the longest name there ever was or may be, with its indentation. */
  get longestName(): number {
    return this.#longestName;
  }

  get usage(): UsageTotals {
    return this.#usage;
  }

  /** Top-level rows that have come to an end. */
  get topLevelEnded(): number {
    return this.#topLevelEnded;
  }

  /** The top-level row that began last. */
  get latest(): Row | undefined {
    return this.#latest;
  }

  count(state: RowState): number {
    return this.#counts.get(state) ?? 0;
  }

  /** Rows of a state, the oldest in it first. */
  of(state: Indexed): Iterable<TreeRow> {
    return this.#index.get(state) ?? [];
  }

  /** Rows that ended, the last one first, as far as they are remembered. */
  recent(): readonly Row[] {
    return this.#recent.filter((row) => !row.isGone && isEnded(row.state)).toReversed();
  }

  grow(parent: TreeRow | undefined, name: string): TreeRow {
    const siblings = parent?.children ?? this.roots;
    const row: TreeRow = {
      parent,
      depth: parent === undefined ? 0 : parent.depth + 1,
      position: siblings.length,
      name,
      at: undefined,
      state: 'pending',
      startedAt: undefined,
      endedAt: undefined,
      visit: 1,
      attempt: 1,
      usage: noUsage,
      branches: undefined,
      activity: undefined,
      remark: undefined,
      children: [],
      isGone: parent?.isGone ?? false,
    };
    if (row.isGone) return row;
    this.foresee(name, row.depth);
    siblings.push(row);
    this.#size += 1;
    this.#count('pending', 1);
    return row;
  }

  /** Keeps room for a name, so that columns stay in place when it comes. */
  foresee(name: string, depth: number): void {
    this.#longestName = Math.max(this.#longestName, 2 * depth + columnsOf(name));
  }

  /** Takes away everything below a row; what it used stays counted. */
  prune(row: TreeRow): void {
    for (const child of row.children.splice(0)) {
      this.prune(child);
      this.#index.get(child.state)?.delete(child);
      this.#count(child.state, -1);
      this.#size -= 1;
      child.isGone = true;
    }
  }

  begin(row: TreeRow, at: number): void {
    row.startedAt = at;
    row.endedAt = undefined;
    row.remark = undefined;
    row.activity = undefined;
    if (row.depth === 0) this.#latest = row;
    this.set(row, 'running');
  }

  end(row: TreeRow, state: RowState, at: number): void {
    row.endedAt = at;
    row.activity = undefined;
    if (!row.isGone) this.#recent.push(row);
    if (this.#recent.length > 2 * recentLimit) this.#recent.splice(0, recentLimit);
    this.set(row, state);
  }

  set(row: TreeRow, state: RowState): void {
    if (row.isGone) return;
    if (row.depth === 0) this.#topLevelEnded += Number(isEnded(state)) - Number(isEnded(row.state));
    this.#index.get(row.state)?.delete(row);
    this.#count(row.state, -1);
    row.state = state;
    this.#count(state, 1);
    this.#index.get(state)?.add(row);
  }

  /** Adds to a row and everything above it; `undefined` is the run itself. */
  spend(row: TreeRow | undefined, usage: UsageTotals): void {
    this.#usage = sumUsage(this.#usage, usage);
    for (let above = row; above; above = above.parent) above.usage = sumUsage(above.usage, usage);
  }

  #count(state: RowState, difference: number): void {
    this.#counts.set(state, this.count(state) + difference);
  }
}
