import type { RunEvent, Snapshot } from '../../contract/event.ts';
import { branchesAround, placeOfKey } from '../../contract/keys.ts';
import type { ReturnPoint } from '../../contract/run-view.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import { isoTime } from './iso-time.ts';

type Repositories = Readonly<Record<string, string>>;

const none: Repositories = {};

/** What a `ReturnPointFold` knows. */
export interface ReturnPointState {
  readonly points: (Omit<ReturnPoint, 'at'> & { readonly at: number })[];
  /** By branch path, the commits its folder stood at when it was last looked at. */
  readonly heads: Map<string, Repositories>;
}

/** The moments of a run that can be returned to, and where its repositories stood then. */
export class ReturnPointFold {
  readonly state: ReturnPointState;

  constructor(state: ReturnPointState = { points: [], heads: new Map() }) {
    this.state = state;
  }

  add(event: RunEvent, turn: Turn): void {
    switch (event.type) {
      case 'WorkspaceSnapshotRecorded':
        this.state.heads.set(event.scope, { ...this.state.heads.get(event.scope), ...headsOf(event.repos) });
        return;
      case 'WorktreeCreated':
        this.state.heads.set(event.scope, { ...this.state.heads.get(event.scope), [event.repo]: event.base });
        return;
      case 'CheckpointSaved':
        return this.#point(event.type, event.nodeId, event.scope, turn);
      case 'AgentTurnCompleted': {
        const { node, scope } = placeOfKey(turn.key ?? '');
        return this.#point(event.type, node, scope, turn);
      }
      case 'InterviewCompleted':
        return this.#point(event.type, event.stage, placeOfKey(event.id).scope, turn);
      default:
        return;
    }
  }

  points(): readonly ReturnPoint[] {
    return this.state.points.map((point) => ({ ...point, at: isoTime(point.at) }));
  }

  #point(type: ReturnPoint['type'], node: string, scope: string, { seq, at }: Turn): void {
    this.state.points.push({ turn: seq, node, type, at, repos: this.#headsAt(scope) });
  }

  /** A branch without a folder of its own works in that of the branch around it. */
  #headsAt(scope: string): Repositories {
    const around = branchesAround(scope).findLast((branch) => this.state.heads.has(branch)) ?? '';
    return this.state.heads.get(around) ?? none;
  }
}

function headsOf(repos: Readonly<Record<string, Snapshot>>): Repositories {
  return Object.fromEntries(Object.entries(repos).map(([name, { head }]) => [name, head]));
}
