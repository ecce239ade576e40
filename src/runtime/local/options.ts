import type { StepEvent } from '../../contract/event.ts';
import type { RunState } from '../../contract/run.ts';
import type { Interviewer } from '../../engine/ports/interviewer.ts';
import type { Journal, LeaseHolder, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { Traversal } from '../../engine/ports/runtime.ts';
import type { StepHandler } from '../../engine/ports/step.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildRequest } from './child-runs.ts';
import type { Clock } from './clock.ts';

/** What goes on beside the walk of a run, as long as this process owns it. */
export interface Companion {
  /** Resolves when it has done what is left to do after the walk ended or was suspended; what it rejects with fails the session. */
  end(state: RunState): Promise<void>;
  /** Leaves what is left to do undone: whoever owns the run wants to go. `end` resolves soon then. */
  stop(): void;
}

/** What a run needs beside the journal, loaded from what the journal recorded of it. */
export interface LoadedRun {
  readonly traversal: Traversal;
  readonly handlers: ReadonlyMap<string, StepHandler>;
  readonly cwd: string;
  /** Turns the run was returned to, and its files with it; none where files do not go back. */
  readonly returns?: readonly number[];
  /** @param emit records an event on a branch of its own */
  readonly companion?: (emit: (event: StepEvent) => Promise<void>) => Companion;
}

export interface LocalRuntimeOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly holder: LeaseHolder;
  /** Folder for the attempts' own files. */
  readonly scratch: string;
  readonly load: (run: RunRow) => Promise<LoadedRun>;
  readonly createChild: (request: ChildRequest) => Promise<void>;
  readonly readArtifact: (runId: string, name: string) => Promise<Json | undefined>;
  readonly interviewer?: Interviewer;
  /** Every committed turn of every run walked here, children included. */
  readonly onTurns?: (runId: string, turns: readonly Turn[]) => void;
}
