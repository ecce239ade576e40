import type { ComparedRun, RepositoryDifference, RunDifference } from '../contract/run-difference.ts';
import { visitKey } from '../contract/keys.ts';
import type { RunView } from '../contract/run-view.ts';
import type { ForkPoint, Journal, RunRow } from '../engine/ports/journal.ts';
import { canonicalJson, type Json } from '../shared/json.ts';

/** What two runs made of the repositories they worked on, by name; the folders they leave are asked for by nobody else. */
export type CompareCode = (one: ComparedSide, other: ComparedSide) => Promise<readonly RepositoryDifference[]>;

export interface ComparedSide {
  readonly row: RunRow;
  readonly view: RunView;
}

/** How two runs differ: the way they took, what came of it, and what it cost. */
export async function compareRuns(
  journal: Pick<Journal, 'run'>,
  one: ComparedSide,
  other: ComparedSide,
  compareCode: CompareCode,
): Promise<RunDifference> {
  const shared = await sharedTurn(journal, one.row, other.row);
  const parting = partingOf(one.view.visited, other.view.visited);
  return {
    one: comparedRun(one.view),
    other: comparedRun(other.view),
    ...(shared && { shared }),
    ...(parting && { parting }),
    visits: differences(visitsOf(one.view), visitsOf(other.view)).map(({ key, ...sides }) => ({
      visit: key,
      ...sides,
    })),
    context: differences(one.view.context, other.view.context),
    code: [...(await compareCode(one, other))],
  };
}

function comparedRun({ runId, pipeline, state, failureReason, nodes, durationMs, usage }: RunView): ComparedRun {
  const { inputTokens, outputTokens, costUsd } = usage;
  return {
    runId,
    pipeline,
    state,
    ...(failureReason !== undefined && { failureReason }),
    nodesDone: nodes.filter((node) => node.durationMs !== undefined && node.status !== 'cancelled').length,
    durationMs,
    tokens: inputTokens + outputTokens,
    ...(costUsd !== undefined && { costUsd }),
  };
}

function partingOf(one: readonly string[], other: readonly string[]): RunDifference['parting'] {
  const length = Math.max(one.length, other.length);
  for (let index = 0; index < length; index += 1) {
    const [here, there] = [one[index], other[index]];
    if (here === there) continue;
    return { index, ...(here !== undefined && { one: here }), ...(there !== undefined && { other: there }) };
  }
  return undefined;
}

/** How each visit ended; restarts count visits anew. */
function visitsOf({ nodes }: RunView): Readonly<Record<string, string>> {
  const entries = nodes.map(({ scope, node, visit, restart, status }): [string, string] => [
    `${restart === 0 ? '' : `restart ${restart} `}${visitKey(scope, node, visit)}`,
    status,
  ]);
  return Object.fromEntries(entries);
}

/** What differs, in the order of the first, then of the second. */
function differences<T extends Json>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
): { key: string; one?: T; other?: T }[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].flatMap((key) => {
    const [here, there] = [own(one, key), own(other, key)];
    if (here !== undefined && there !== undefined && canonicalJson(here) === canonicalJson(there)) return [];
    return [{ key, ...(here !== undefined && { one: here }), ...(there !== undefined && { other: there }) }];
  });
}

function own<T>(values: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(values, key) ? values[key] : undefined;
}

/** The last turn that both runs were forked from, at any depth; one may be the source of the other. */
async function sharedTurn(journal: Pick<Journal, 'run'>, one: RunRow, other: RunRow): Promise<ForkPoint | undefined> {
  const above = new Map((await lineageOf(journal, one)).map(({ runId, turn }) => [runId, turn]));
  for (const { runId, turn } of await lineageOf(journal, other)) {
    const last = Math.min(turn, above.get(runId) ?? -1);
    if (last >= 0 && last < Number.MAX_SAFE_INTEGER) return { runId, turn: last };
  }
  return undefined;
}

/** A run and those it was forked from, each with the last turn of it that is part of the run. */
async function lineageOf(journal: Pick<Journal, 'run'>, row: RunRow): Promise<readonly ForkPoint[]> {
  const lineage: ForkPoint[] = [{ runId: row.id, turn: Number.MAX_SAFE_INTEGER }];
  let turn = Number.MAX_SAFE_INTEGER;
  for (let at: RunRow | undefined = row; at?.forkOf; at = await journal.run(at.forkOf.runId)) {
    turn = Math.min(turn, at.forkOf.turn);
    lineage.push({ runId: at.forkOf.runId, turn });
  }
  return lineage;
}
