import type { Session } from '../../app/session.ts';
import type { EventLine } from '../../contract/event-line.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import type { LiveDesk } from '../live/live-desk.ts';

/** Where a run is seen while it goes on. */
export interface Display {
  show(line: EventLine): void | Promise<void>;
  /** The run is being stopped: what runs may end by itself until then, in milliseconds since the epoch. */
  pausing(until: number): void;
  cancelling(): void;
  /** @param isInterrupted whether work is left that nobody walks */
  end(isInterrupted: boolean): void;
}

export interface DisplayOptions extends DisplayWish {
  readonly session: Session;
  /** Whether somebody here is asked the run's questions, and at which desk of a live view. */
  readonly attended: boolean;
  readonly desk: LiveDesk | undefined;
  /** Name of the pipeline, where its run goes on. */
  readonly resumed: string | undefined;
}
