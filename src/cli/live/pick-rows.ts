import type { Row, RowState } from './row.ts';
import type { RunTree } from './run-tree.ts';

/** What the picture shows of a run's rows, from top to bottom, and how many it leaves out, by state. */
export interface PickedRows {
  readonly rows: readonly Row[];
  readonly hidden: ReadonlyMap<RowState, number>;
}

/** How many nodes to come are shown before those that ended last. */
const upcoming = 3;

const allStates: readonly RowState[] = [
  'waiting',
  'failed',
  'running',
  'retrying',
  'partial',
  'done',
  'skipped',
  'cancelled',
  'pending',
];

/**
 * The rows there is room for: all of them, else first what waits for somebody, what failed and what runs,
 * each below the rows it belongs to, then what comes next and what ended last. Costs as much as there is
 * room, not as there are rows.
 */
export function pickRows(tree: RunTree, room: number): PickedRows {
  if (tree.size <= room) return { rows: [...everything(tree.roots)], hidden: new Map() };
  const picked = new Picked(room);
  picked.takeAll(tree.of('waiting'));
  // Where much failed, what still runs is seen too.
  picked.takeAll(tree.of('failed'), Math.ceil(picked.left / 2));
  picked.takeAll(tree.of('running'));
  picked.takeAll(tree.of('retrying'));
  picked.takeAll(tree.of('failed'));
  picked.takeAll(comingNext(tree, room), upcoming);
  picked.takeAll(tree.recent());
  picked.takeAll(comingNext(tree, room));
  const rows = picked.rows.toSorted(inTreeOrder);
  return { rows, hidden: hiddenBehind(tree, rows) };
}

class Picked {
  readonly #rows = new Set<Row>();
  readonly #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  get rows(): readonly Row[] {
    return [...this.#rows];
  }

  get left(): number {
    return this.#room - this.#rows.size;
  }

  /** Takes rows, each with those above it, until there is no room left for one. */
  takeAll(rows: Iterable<Row>, limit = this.#room): void {
    const end = this.#rows.size + limit;
    for (const row of rows) {
      if (this.left === 0 || this.#rows.size >= end) return;
      this.#take(row);
    }
  }

  #take(row: Row): void {
    const missing = lineOf(row).filter((above) => !this.#rows.has(above));
    if (missing.length <= this.left) for (const above of missing) this.#rows.add(above);
  }
}

/** Nodes of the plan behind the one that began last. */
function* comingNext({ roots, latest }: RunTree, room: number): Generator<Row> {
  const from = latest === undefined ? 0 : latest.position + 1;
  // Loops may lead back to where much has been visited: it is not looked through for ever.
  for (const row of roots.slice(from, from + 4 * room)) if (row.state === 'pending') yield row;
}

function* everything(rows: readonly Row[]): Generator<Row> {
  for (const row of rows) {
    yield row;
    yield* everything(row.children);
  }
}

/** A row behind those it belongs to, the topmost first. */
function lineOf(row: Row): readonly Row[] {
  const line: Row[] = [];
  for (let above: Row | undefined = row; above; above = above.parent) line.unshift(above);
  return line;
}

function inTreeOrder(a: Row, b: Row): number {
  const [lineOfA, lineOfB] = [lineOf(a), lineOf(b)];
  const apart = lineOfA.findIndex((row, depth) => row !== lineOfB[depth]);
  if (apart === -1) return lineOfA.length - lineOfB.length;
  return (lineOfA[apart]?.position ?? 0) - (lineOfB[apart]?.position ?? -1);
}

function hiddenBehind(tree: RunTree, rows: readonly Row[]): ReadonlyMap<RowState, number> {
  const hidden = new Map(allStates.map((state) => [state, tree.count(state)]));
  for (const { state } of rows) hidden.set(state, (hidden.get(state) ?? 0) - 1);
  return new Map([...hidden].filter(([, count]) => count > 0));
}
