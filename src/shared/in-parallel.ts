/** The results of some work for each item, in their order; at most `limit` of them are under way at once. */
export function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): readonly Promise<R>[] {
  const results = items.map(() => Promise.withResolvers<R>());
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) {
      // What fails is told to whoever waits for this result.
      await work(item).then(results[index]?.resolve, results[index]?.reject);
    }
  };
  for (let started = 0; started < limit; started += 1) void worker();
  return results.map(({ promise }) => promise);
}
