/**
 * What runs of one family know together of their folders: a child pipeline works in those of its parent, at the same time
 * as other children.
 */
export class FamilyFolders {
  /** By folder: the commit it stood at when one of them last looked. */
  readonly heads = new Map<string, string>();
  readonly #lanes = new Map<string, Promise<unknown>>();

  /** One thing at a time in a folder, in the order they were asked for; what failed is in nobody's way. */
  inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
    const before = this.#lanes.get(folder) ?? Promise.resolve();
    const working = before.then(work);
    this.#lanes.set(
      folder,
      working.catch(() => undefined),
    );
    return working;
  }
}
