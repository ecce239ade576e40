import type { LinearRun } from '../cases/linear-run.ts';
import { diskSyncsPerNode } from '../measuring/disk-syncs.ts';
import type { DurableRun, DurableRunRequest, Synchronous } from '../measuring/durable-run.ts';
import { measure } from '../measuring/measure.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showCount, showKb, showMb, showMs, showNumber, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atLeast, type Suite, type SuiteOptions, type SuiteResult, type Table } from '../suite.ts';

interface Engine {
  readonly name: string;
  readonly file: string;
  readonly isPeer: boolean;
}

const orchestra: Engine = { name: 'Orchestra', file: 'cases/linear-run.ts', isPeer: false };
const engines: readonly Engine[] = [
  orchestra,
  { name: 'LangGraph.js, SqliteSaver', file: 'peers/langgraph.ts', isPeer: true },
  { name: 'Mastra, LibSQL', file: 'peers/mastra.ts', isPeer: true },
];

/** Sizes, how often each is run, and what a peer may take for one run. */
interface Plan {
  readonly nodes: number;
  readonly rounds: number;
  readonly synchronous: readonly Synchronous[];
}

const plans: readonly Plan[] = [
  { nodes: 10, rounds: 5, synchronous: ['full', 'normal'] },
  { nodes: 100, rounds: 5, synchronous: ['full', 'normal'] },
  { nodes: 1000, rounds: 3, synchronous: ['full', 'normal'] },
  { nodes: 5000, rounds: 1, synchronous: ['full'] },
];
const quickPlans: readonly Plan[] = [{ nodes: 10, rounds: 1, synchronous: ['full', 'normal'] }];
const peerLimitMs = 90_000;
/** The size the target speaks of. */
const decisive = 1000;
const warmUpNodes = 10;

/** All runs of one engine at one size and durability. */
interface Cell {
  readonly engine: Engine;
  readonly nodes: number;
  readonly synchronous: Synchronous;
  readonly runs: readonly (DurableRun | LinearRun)[];
  readonly stoppedAfterMs?: number;
}

export const durableNodes: Suite = {
  name: 'durable-nodes',
  title: 'Durable nodes, beside LangGraph.js and Mastra',
  run: async (options) => {
    const wanted = engines.filter(({ isPeer }) => options.peers || !isPeer);
    const cells: Cell[] = [];
    for (const plan of options.quick ? quickPlans : plans) cells.push(...(await inTurns(plan, wanted, options)));
    const syncs = new Map<Engine, number | undefined>();
    for (const engine of options.quick ? [] : wanted) {
      options.tell(`${engine.name}: disk syncs per node`);
      syncs.set(engine, await diskSyncsPerNode(engine.file));
    }
    return resultOf(cells, syncs);
  },
};

/** One run of each engine after the other, again and again, so that a slow minute of the machine meets all of them. */
async function inTurns(plan: Plan, wanted: readonly Engine[], { tell }: SuiteOptions): Promise<readonly Cell[]> {
  const cells = new Map<string, Cell>();
  for (let round = 1; round <= plan.rounds; round += 1) {
    for (const synchronous of plan.synchronous) {
      for (const engine of wanted) {
        const name = `${engine.name} ${synchronous}`;
        const cell = cells.get(name) ?? { engine, nodes: plan.nodes, synchronous, runs: [] };
        tell(`${name}: ${plan.nodes} nodes, round ${round} of ${plan.rounds}`);
        cells.set(name, await withOneMore(cell));
      }
    }
  }
  return [...cells.values()];
}

async function withOneMore(cell: Cell): Promise<Cell> {
  const { engine, nodes, synchronous, runs } = cell;
  if (cell.stoppedAfterMs !== undefined) return cell;
  const limit = engine.isPeer ? { limitMs: peerLimitMs } : {};
  const result = await inScratch((folder) => {
    const request: DurableRunRequest = { nodes, synchronous, folder, warmUpNodes };
    return measure<DurableRun | LinearRun>(engine.file, request, limit);
  });
  if ('stoppedAfterMs' in result) return { ...cell, stoppedAfterMs: result.stoppedAfterMs };
  const { value } = result;
  if (value.synchronous !== synchronous || value.journalMode !== 'wal')
    throw new Error(`${engine.name} ran at ${value.synchronous}, ${value.journalMode} instead of ${synchronous}, wal`);
  return { ...cell, runs: [...runs, value] };
}

/** What is compared: until the last node is durable. For the peers that is when they answer. */
function perNodeMs(cell: Cell): number {
  return median(cell.runs.map((run) => ('walkMs' in run ? run.walkMs : run.wallMs))) / cell.nodes;
}

function row(cell: Cell, fastest: number): readonly string[] {
  const { engine, nodes, synchronous, runs } = cell;
  const place = [showCount(nodes), synchronous.toUpperCase(), engine.name];
  if (runs.length === 0) {
    const limit = `not finished in ${showMs(cell.stoppedAfterMs ?? 0)}`;
    return [...place, limit, '', '', '', ''];
  }
  return [
    ...place,
    showMs(perNodeMs(cell)),
    engine.isPeer ? showTimes(perNodeMs(cell) / fastest) : '1',
    showMs(median(runs.map(({ cpuMs }) => cpuMs)) / nodes),
    showKb(median(runs.map(({ databaseBytes }) => databaseBytes)) / nodes / 1000),
    showMb(median(runs.map((run) => run.largestMemoryMb))),
  ];
}

function resultOf(cells: readonly Cell[], syncs: ReadonlyMap<Engine, number | undefined>): SuiteResult {
  const oursAt = (cell: Cell): number => {
    const ours = cells.find(
      ({ engine, nodes, synchronous }) =>
        engine === orchestra && nodes === cell.nodes && synchronous === cell.synchronous,
    );
    return ours ? perNodeMs(ours) : Number.NaN;
  };
  const main: Table = {
    head: [
      'nodes',
      'synchronous',
      'engine',
      'time a node',
      'beside ours',
      'processor a node',
      'database a node',
      'memory',
    ],
    rows: cells.map((cell) => row(cell, oursAt(cell))),
  };
  const known = [...syncs].flatMap(([engine, perNode]) => (perNode === undefined ? [] : [{ engine, perNode }]));
  const waits: Table = {
    head: ['engine', 'waits for the disk, a node (FULL)'],
    rows: known.map(({ engine, perNode }) => [engine.name, showNumber(perNode)]),
  };
  return {
    text,
    tables: known.length > 0 ? [main, waits] : [main],
    targets: targetsOf(cells),
    samples: cells.map((cell) => ({
      engine: cell.engine.name,
      nodes: cell.nodes,
      synchronous: cell.synchronous,
      ...(cell.stoppedAfterMs === undefined ? {} : { stoppedAfterMs: cell.stoppedAfterMs }),
      runs: cell.runs.map((run) => ({ ...run })),
    })),
  };
}

function targetsOf(cells: readonly Cell[]) {
  const full = cells.filter(
    ({ nodes, synchronous, runs }) => nodes === decisive && synchronous === 'full' && runs.length,
  );
  const ours = full.find(({ engine }) => engine === orchestra);
  const peers = full.filter(({ engine }) => engine.isPeer).map(perNodeMs);
  if (!ours || peers.length === 0) return [];
  const better = Math.min(...peers);
  const whole = median(ours.runs.map(({ wallMs }) => wallMs)) / ours.nodes;
  return [
    atLeast('Cheaper per durable node than the better peer, 1,000 nodes, FULL', 5, better / perNodeMs(ours), showTimes),
    atLeast('The same with our run directory counted, which peers do not write', 5, better / whole, showTimes),
  ];
}

const text = [
  `A linear graph of nodes that answer at once, each committed before the next one starts. Every run has a process
and a database of its own, and an untimed run of ${warmUpNodes} nodes before it; the engines take turns. The time is that
from asking for the run until its end is durable. After that Orchestra also writes the run directory, a copy that the
peers do not have: see "The whole command". Memory is the largest of the whole process.`,
  `At FULL all three wait for the disk at every commit: Orchestra always does, the connections of the peers are told
\`PRAGMA synchronous = FULL\` (and read back afterwards), and LangGraph.js runs with \`durability: "sync"\`, because by
default it starts the next node before the checkpoint of the last one is written. At NORMAL the peers are as they come
(LangGraph.js \`"async"\`), and the pragma of Orchestra, which has no such setting, is replaced by the benchmark: a power
cut may then take the last commits back. Mastra is given one connection instead of a pool, since the pragma belongs to a
connection. A peer that takes longer than ${peerLimitMs / 1000} s for a run is stopped.`,
] as const;
