/** Something that happens at a moment of virtual time. */
interface Appointment {
  readonly atMs: number;
  readonly happen: () => void;
}

/**
 * The virtual clock of a dry run, shared by all its walks. Time stands still while a walk works; when
 * all of them rest, the earliest appointment happens, of those at the same time the one made first.
 */
export class Agenda {
  #nowMs = 0;
  #working = 0;
  #allRest: (() => void) | undefined;
  /** In the order they were made. */
  readonly #appointments = new Set<Appointment>();
  readonly #failures: unknown[] = [];

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Returns how to cancel it. */
  appoint(atMs: number, happen: () => void): () => void {
    const appointment = { atMs: Math.max(atMs, this.#nowMs), happen };
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
    for (const appointment of this.#appointments) if (!first || appointment.atMs < first.atMs) first = appointment;
    if (first) this.#appointments.delete(first);
    return first;
  }
}
