/** What the parent asked this process to measure. */
export function request<T>(): T {
  // Written by `measure` in the same version of the same file.
  return JSON.parse(process.argv[2] ?? '{}') as T;
}

/** Hands the result to the parent and ends, whatever is still open. */
export function report(result: object): never {
  process.stdout.write(`${JSON.stringify(result)}\n`);
  process.exit(0);
}

/** Largest resident memory of this process so far, in MB of 10^6 bytes. */
export function largestMemoryMb(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}

/** Processor time of this process so far, all threads together. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
