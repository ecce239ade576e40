import type { RunEvent, Snapshot } from '../../contract/event.ts';
import { branchesAround, placeOfKey } from '../../contract/keys.ts';
import type { ReturnPoint } from '../../contract/run-view.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import { isoTime } from './iso-time.ts';

/** Where the folder of a branch stood, from a turn on. */
export interface ToldHeads {
  readonly seq: number;
  /** Branch path. */
  readonly path: string;
  /** Commits by repository. */
  readonly repos: Readonly<Record<string, string>>;
}

/** What is told of the folders of a run beside its own turns. */
export interface ToldElsewhere {
  /** Oldest first. */
  readonly heads: readonly ToldHeads[];
  /** The path by which a branch of the run stands there. */
  readonly pathOf: (scope: string) => string;
}

type Point = Omit<ReturnPoint, 'at' | 'repos'> & { readonly at: number; readonly scope: string };

const nothing: ToldElsewhere = { heads: [], pathOf: (scope) => scope };

/** What a `ReturnPointFold` knows. */
export interface ReturnPointState {
  readonly points: Point[];
  readonly heads: ToldHeads[];
}

/** The moments of a run that can be returned to, and where its repositories stood then. */
export class ReturnPointFold {
  readonly state: ReturnPointState;

  constructor(state: ReturnPointState = { points: [], heads: [] }) {
    this.state = state;
  }

  add(event: RunEvent, turn: Turn): void {
    const heads = headsToldBy(event, turn);
    if (heads) this.state.heads.push(heads);
    const point = pointAt(event, turn);
    if (point) this.state.points.push(point);
  }

  points({ heads, pathOf }: ToldElsewhere = nothing): readonly ReturnPoint[] {
    const own = this.state.heads.map((told) => ({ ...told, path: pathOf(told.path) }));
    const told = [...own, ...heads].toSorted((a, b) => a.seq - b.seq);
    const standing = new Map<string, ToldHeads['repos']>();
    let next = 0;
    return this.state.points.map(({ turn, node, type, at, scope }) => {
      for (let one = told[next]; one && one.seq <= turn; one = told[++next])
        standing.set(one.path, { ...standing.get(one.path), ...one.repos });
      // A branch without a folder of its own works in that of the branch around it.
      const around = ['', ...branchesAround(scope)].map(pathOf).findLast((path) => standing.has(path));
      return { turn, node, type, at: isoTime(at), repos: around === undefined ? {} : (standing.get(around) ?? {}) };
    });
  }
}

/** What an event tells of where the folder of a branch stands, by the path its own run has for it. */
function headsToldBy(event: RunEvent, { seq }: Pick<Turn, 'seq'>): ToldHeads | undefined {
  switch (event.type) {
    case 'WorkspaceSnapshotRecorded':
      return { seq, path: event.scope, repos: headsOf(event.repos) };
    case 'WorktreeCreated':
      return { seq, path: event.scope, repos: { [event.repo]: event.base } };
    default:
      return undefined;
  }
}

function pointAt(event: RunEvent, { seq: turn, at, key = '' }: Turn): Point | undefined {
  switch (event.type) {
    case 'CheckpointSaved':
      return { turn, at, type: event.type, node: event.nodeId, scope: event.scope };
    case 'AgentTurnCompleted':
      return { turn, at, type: event.type, ...placeOfKey(key) };
    case 'InterviewCompleted':
      return { turn, at, type: event.type, node: event.stage, scope: placeOfKey(event.id).scope };
    default:
      return undefined;
  }
}

function headsOf(repos: Readonly<Record<string, Snapshot>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(repos).map(([name, { head }]) => [name, head]));
}
