import type { StepEvent } from '../../contract/event.ts';

/** Which files a turn may have changed: these, or any. */
export type Changed = readonly string[] | 'unknown';

/** Tools that agents only look with; what they are called differs little. */
const looking = /^(?:read|view|cat|glob|grep|search|find|ls|list|fetch|web|todo|think|diff)/i;

/**
 * What one turn of an agent has changed, as far as its events tell. Agents tell of the files their own editing tools write,
 * and of nothing a command does: then the whole folder has to be looked at.
 */
export class TurnChanges {
  #paths = new Set<string>();
  /** Calls of tools that may write and told of no file. */
  #untold = 0;
  #isLatestUntold = false;

  see(event: StepEvent): void {
    if (event.type === 'AgentToolCall') {
      this.#isLatestUntold = !looking.test(event.tool);
      if (this.#isLatestUntold) this.#untold += 1;
    }
    if (event.type === 'AgentFileChange') {
      this.#paths.add(event.path);
      // Only for the call they belong to: one that changes many files vouches for no other.
      if (this.#isLatestUntold) this.#untold -= 1;
      this.#isLatestUntold = false;
    }
  }

  /** What came since the last time; an empty list where nothing can have changed. */
  take(): Changed {
    const changed = this.#untold > 0 ? ('unknown' as const) : [...this.#paths];
    this.#paths = new Set();
    this.#untold = 0;
    this.#isLatestUntold = false;
    return changed;
  }
}
