import { columnsOf, rowsOf, type Columns } from './columns.ts';
import type { RunFoldState } from './run-fold-state.ts';

type Lists = Pick<RunFoldState, 'visits' | 'returnPoints' | 'artifacts' | 'segments'>;
type Of<List extends readonly unknown[]> = Columns<List[number]>;
type Segment = RunFoldState['segments'][number];

/** The state of a fold with the lists that grow with the run, one entry a visit or more, in columns. */
export interface PackedState extends Omit<RunFoldState, keyof Lists> {
  readonly visits: Omit<RunFoldState['visits'], 'visits' | 'ended'> & {
    readonly visits: Of<RunFoldState['visits']['visits']>;
    readonly ended: Of<RunFoldState['visits']['ended']>;
  };
  readonly returnPoints: Omit<RunFoldState['returnPoints'], 'points'> & {
    readonly points: Of<RunFoldState['returnPoints']['points']>;
  };
  readonly artifacts: Omit<RunFoldState['artifacts'], 'newest'> & {
    readonly newest: Of<RunFoldState['artifacts']['large']>;
  };
  readonly segments: readonly (Omit<Segment, 'logs'> & { readonly logs: Of<Segment['logs']> })[];
}

export function packed(state: RunFoldState): PackedState {
  const { visits, returnPoints, artifacts, segments } = state;
  return {
    ...state,
    visits: { ...visits, visits: columnsOf(visits.visits), ended: columnsOf(visits.ended) },
    returnPoints: { ...returnPoints, points: columnsOf(returnPoints.points) },
    artifacts: { ...artifacts, newest: columnsOf([...artifacts.newest.values()]) },
    segments: segments.map((segment) => ({ ...segment, logs: columnsOf(segment.logs) })),
  };
}

export function unpacked(state: PackedState): RunFoldState {
  const { visits, returnPoints, artifacts, segments } = state;
  return {
    ...state,
    visits: { ...visits, visits: rowsOf(visits.visits), ended: rowsOf(visits.ended) },
    returnPoints: { ...returnPoints, points: rowsOf(returnPoints.points) },
    artifacts: { ...artifacts, newest: new Map(rowsOf(artifacts.newest).map((artifact) => [artifact.name, artifact])) },
    segments: segments.map((segment) => ({ ...segment, logs: rowsOf(segment.logs) })),
  };
}
