import type { Journal, RunChange } from '../../src/engine/ports/journal.ts';

/** Dies at the `number`-th write to the journal: before it is made, or when it is durable and nobody was told. */
export interface Death {
  readonly number: number;
  readonly at: 'before' | 'after';
}

const writes: ReadonlySet<PropertyKey> = new Set([
  'createRun',
  'putBlob',
  'append',
  'openBranch',
  'appendToBranch',
  'send',
]);

/**
 * A process as far as the journal sees it. Killed, it reads and writes nothing more: whatever it waits
 * for never comes. Frozen, it goes on where it stopped when it is thawed.
 */
export class MortalProcess {
  readonly pid: number;
  readonly #death: Death | undefined;
  #state: 'awake' | 'frozen' | 'dead' = 'awake';
  #thawed: (() => void)[] = [];
  /** Writes to the journal so far. */
  writes = 0;
  /** Calls to the journal that have not come back. */
  pending = 0;
  /** Changes whenever something happened. */
  activity = 0;

  constructor(pid: number, death?: Death) {
    this.pid = pid;
    this.#death = death;
  }

  get isAwake(): boolean {
    return this.#state === 'awake';
  }

  get isDead(): boolean {
    return this.#state === 'dead';
  }

  kill(): void {
    this.#state = 'dead';
  }

  freeze(): void {
    this.#state = 'frozen';
  }

  thaw(): void {
    this.#state = 'awake';
    for (const thawed of this.#thawed.splice(0)) thawed();
  }

  /** The journal as this process reaches it. */
  through(journal: Journal): Journal {
    return new Proxy(journal, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name);
        if (typeof member !== 'function') return member;
        if (name === 'watch')
          return (runId: string, listener: (change: RunChange) => void) =>
            target.watch(runId, (change) => this.isAwake && listener(change));
        if (name === 'turns' || name === 'tail')
          return (...args: unknown[]) => this.#read(Reflect.apply(member, target, args) as AsyncIterable<unknown>);
        return (...args: unknown[]) => this.#call(name, () => Reflect.apply(member, target, args) as unknown);
      },
    });
  }

  async #call(name: PropertyKey, call: () => unknown): Promise<unknown> {
    await this.#awake();
    const dies = writes.has(name) && ++this.writes === this.#death?.number ? this.#death.at : undefined;
    if (dies === 'before') this.kill();
    await this.#awake();
    this.pending += 1;
    this.activity += 1;
    try {
      return await call();
    } finally {
      this.pending -= 1;
      this.activity += 1;
      if (dies === 'after') this.kill();
      await this.#awake();
    }
  }

  async *#read(items: AsyncIterable<unknown>): AsyncGenerator {
    for await (const item of items) {
      await this.#awake();
      yield item;
    }
  }

  /** Never resolves for the dead. */
  async #awake(): Promise<void> {
    if (this.#state !== 'awake')
      await new Promise<void>((resolve) => this.#state === 'frozen' && this.#thawed.push(resolve));
  }
}
