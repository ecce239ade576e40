import type { Journal, Kept, Lease, NewTurn, RunStatusChange, Turn } from '../../engine/ports/journal.ts';
import type { Json } from '../../shared/json.ts';

/** A turn that has not passed the journal's door yet. */
interface Draft extends Omit<NewTurn, 'payload'> {
  readonly payload: Json;
}

/** The turns of a run since its last commit. */
export class TurnBuffer {
  readonly #journal: Journal;
  readonly #lease: Lease;
  readonly #committed: (turns: readonly Turn[]) => void;
  /** Drafts are kept at the commit, when blobs may have to be stored. */
  #turns: (() => Promise<NewTurn>)[] = [];

  constructor(journal: Journal, lease: Lease, committed: (turns: readonly Turn[]) => void) {
    this.#journal = journal;
    this.#lease = lease;
    this.#committed = committed;
  }

  add(turn: Draft): void {
    this.#turns.push(async () => ({ ...turn, payload: await this.#journal.keep(turn.payload) }));
  }

  /** Adds a turn as the journal keeps it, and gives back its payload: the walk sees nothing else of a settlement. */
  async addKept(turn: Draft): Promise<Kept> {
    const payload = await this.#journal.keep(turn.payload);
    this.#turns.push(async () => ({ ...turn, payload }));
    return payload;
  }

  /** One append for everything; none when there is nothing to say. */
  async commit(status?: RunStatusChange): Promise<void> {
    if (this.#turns.length === 0 && !status) return;
    const turns = this.#turns;
    this.#turns = [];
    this.#committed(await this.#journal.append(this.#lease, await Promise.all(turns.map((kept) => kept())), status));
  }
}
