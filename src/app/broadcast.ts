/** One source, any number of readers: each reads everything from the beginning, at its own pace. */
export class Broadcast<T> {
  readonly #items: T[] = [];
  #ended = false;
  #wake: (() => void)[] = [];

  send(item: T): void {
    this.#items.push(item);
    this.#wakeAll();
  }

  end(): void {
    this.#ended = true;
    this.#wakeAll();
  }

  async *read(): AsyncGenerator<T> {
    for (let position = 0; ;) {
      const item = this.#items[position];
      if (item !== undefined) {
        position += 1;
        yield item;
      } else if (this.#ended) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}
