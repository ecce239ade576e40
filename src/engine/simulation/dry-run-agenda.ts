/** Something that happens at a moment of virtual time. */
interface Appointment {
  readonly atMs: number;
  /** Decides between appointments at the same time: the lower one first. */
  readonly place: number;
  readonly happen: () => void;
}

/**
 * The virtual clock of a dry run, shared by all its walks. Time stands still while a walk works; when
 * all of them rest, the earliest appointment happens, of those at the same time the one with the
 * place taken first.
 */
export class Agenda {
  #nowMs = 0;
  #working = 0;
  #allRest: (() => void) | undefined;
  #places = 0;
  readonly #appointments = new Set<Appointment>();
  readonly #failures: unknown[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** A place in the queue for an appointment that is made later. */
  takePlace(): number {
    this.#places += 1;
    return this.#places;
  }

  /** Returns how to cancel it. */
  appoint(atMs: number, happen: () => void, place: number = this.takePlace()): () => void {
    const appointment = { atMs: Math.max(atMs, this.#nowMs), place, happen };
    this.#appointments.add(appointment);
    return () => void this.#appointments.delete(appointment);
  }

  /** A walk begins or goes on. */
  work(): void {
    this.#working += 1;
  }

  /** A walk waits or has ended. */
  rest(): void {
    this.#working -= 1;
    if (this.#working === 0) this.#allRest?.();
  }

  /** A walk threw. */
  fail(thrown: unknown): void {
    this.#failures.push(thrown);
  }

  /** Lets everything happen until `isDone` or nothing is left; throws what a walk threw. */
  async play(isDone: () => boolean): Promise<void> {
    for (;;) {
      await this.#everyoneRests();
      if (this.#failures.length > 0) throw this.#failures[0];
      const next = isDone() ? undefined : this.#takeFirst();
      if (!next) return;
      this.#nowMs = next.atMs;
      next.happen();
    }
  }

  async #everyoneRests(): Promise<void> {
    if (this.#working === 0) return;
    await new Promise<void>((resolve) => (this.#allRest = resolve));
    this.#allRest = undefined;
  }

  #takeFirst(): Appointment | undefined {
    let first: Appointment | undefined;
    for (const appointment of this.#appointments) if (!first || isBefore(appointment, first)) first = appointment;
    if (first) this.#appointments.delete(first);
    return first;
  }
}

function isBefore(one: Appointment, other: Appointment): boolean {
  return one.atMs < other.atMs || (one.atMs === other.atMs && one.place < other.place);
}
