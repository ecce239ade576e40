import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunView } from '../../../src/contract/run-view.ts';
import { Orchestra } from '../../../src/app/orchestra.ts';
import { turnTypes, type OperationStarted } from '../../../src/engine/ports/turns.ts';
import type { Journal, RunRow } from '../../../src/engine/ports/journal.ts';
import type { CliProject } from '../cli.ts';
import { asked } from './fixture.ts';

/** What kind of work an operation is, as the report tells it. */
export type Work = 'tool' | 'agent' | 'merge' | 'retry timer' | 'question timeout' | 'question' | 'child run';

/** The journal of a project as a process left it. Keys are paths through child runs: `sub#2>tell#1`. */
export interface Left {
  /** Undefined where no run was recorded yet. */
  readonly runId: string | undefined;
  readonly state: RunRow['state'] | undefined;
  /** Operations started and neither settled nor dropped. */
  readonly inFlight: ReadonlyMap<string, Work>;
  /** The question for people that is open, where nobody has answered it. */
  readonly unanswered: boolean;
  /** Path of each child run's key, by its id; of the root it is empty. */
  readonly paths: ReadonlyMap<string, string>;
}

export async function lookAt(project: CliProject): Promise<Left> {
  const nothing = { runId: undefined, state: undefined, inFlight: new Map(), unanswered: false, paths: new Map() };
  return inJournal(project, nothing, async ({ journal }) => {
    const runs = await journal.runs({ withChildren: true });
    const root = runs.find(({ parent }) => !parent);
    if (!root) return nothing;
    const paths = new Map(runs.map((run) => [run.id, run.parent ? `${run.parent.key}>` : '']));
    const inFlight = new Map<string, Work>();
    for (const { id } of runs) {
      for (const [key, work] of await openOperations(journal, id)) inFlight.set(`${paths.get(id)}${key}`, work);
    }
    const answers = (await journal.inbox(root.id, 0)).map(
      ({ command }) => command.kind === 'answer' && command.question,
    );
    const open = [...inFlight.keys()].find((key) => key.startsWith(`${asked.stage}#`) && !key.includes(':'));
    return {
      runId: root.id,
      state: root.state,
      inFlight,
      unanswered: open !== undefined && !answers.includes(open),
      paths,
    };
  });
}

/** What a finished run says of itself, and what it did to the world. */
export interface Told {
  readonly view: Pick<RunView, 'state' | 'visited' | 'context' | 'attempts' | 'failureReason'>;
  /** Names of the files in the run directory. */
  readonly files: readonly string[];
  /** The sessions of agents that became known, in order, by operation. */
  readonly sessions: ReadonlyMap<string, readonly KnownSession[]>;
}

export interface KnownSession {
  readonly sessionId: string;
  readonly resumed: boolean;
}

async function sessionsOf(journal: Journal, runId: string): Promise<Told['sessions']> {
  const sessions = new Map<string, KnownSession[]>();
  for await (const { type, key = '', payload } of journal.tail(runId, 0)) {
    if (type !== 'AgentSessionStarted') continue;
    sessions.set(key, [...(sessions.get(key) ?? []), payload as unknown as KnownSession]);
  }
  return sessions;
}

export async function toldBy(project: CliProject): Promise<Told> {
  return inJournal(project, undefined, async (orchestra) => {
    const row = await orchestra.findRun('last');
    const { state, visited, context, attempts, failureReason } = await orchestra.view(row);
    const folder = join(project.folder, '.orchestra/runs', row.id);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
    return {
      view: { state, visited, context, attempts, ...(failureReason !== undefined && { failureReason }) },
      files,
      sessions: await sessionsOf(orchestra.journal, row.id),
    };
  }) as Promise<Told>;
}

/** How often each operation had its effect, by its path. */
export function effectsOf(project: CliProject, paths: Left['paths']): ReadonlyMap<string, number> {
  const path = join(project.folder, 'effects');
  const counts = new Map<string, number>();
  if (!existsSync(path)) return counts;
  for (const line of readFileSync(path, 'utf8').trim().split('\n')) {
    const [run = '', key = ''] = line.split(' ');
    const operation = `${paths.get(run) ?? `unknown run ${run}>`}${key}`;
    counts.set(operation, (counts.get(operation) ?? 0) + 1);
  }
  return counts;
}

async function inJournal<T>(project: CliProject, absent: T, look: (orchestra: Orchestra) => Promise<T>): Promise<T> {
  if (!project.has('.orchestra/journal.db')) return absent;
  const orchestra = await Orchestra.open({ cwd: project.folder, env: { HOME: project.home } });
  try {
    return await look(orchestra);
  } finally {
    await orchestra.close();
  }
}

async function openOperations(journal: Journal, runId: string): Promise<ReadonlyMap<string, Work>> {
  const open = new Map<string, Work>();
  for await (const { type, key = '', payload } of journal.turns(runId)) {
    if (type === turnTypes.operationStarted) open.set(key, workOf(key, payload as unknown as OperationStarted));
    if (type === turnTypes.operationSettled || type === turnTypes.operationDropped) open.delete(key);
  }
  return open;
}

const nodeWork: Readonly<Record<string, Work>> = { tool: 'tool', 'workspace.merge': 'merge' };

function workOf(key: string, started: OperationStarted): Work {
  switch (started.kind) {
    case 'node':
      return nodeWork[started.call.handler] ?? 'agent';
    case 'timer':
      return key.endsWith(':timeout') ? 'question timeout' : 'retry timer';
    case 'gate':
      return 'question';
    case 'child':
      return 'child run';
    default:
      throw new Error(`the fixture has no operation of kind ${started.kind}`);
  }
}
