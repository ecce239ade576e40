import type { ForkPoint, Journal, Turn } from '../../engine/ports/journal.ts';
import type { StepHandler } from '../../engine/ports/step.ts';
import type { Json } from '../../shared/json.ts';
import type { Clock } from './clock.ts';

/** What the steps of one run are executed with. */
export interface ExecutorOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly handlers: ReadonlyMap<string, StepHandler>;
  readonly cwd: string;
  /** Folder under which attempts get folders of their own. */
  readonly scratch: string;
  readonly forkOf: ForkPoint | undefined;
  /** The run went back: any operation may have been started already, off the path that it is on now. */
  readonly isRewound: boolean;
  /** Turns the run was returned to, and its files with it. */
  readonly returns: readonly number[];
  readonly readArtifact: (name: string) => Promise<Json | undefined>;
  readonly onTurns: (turns: readonly Turn[]) => void;
}
