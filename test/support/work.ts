import { Session } from 'node:inspector/promises';
import { setFlagsFromString } from 'node:v8';

const compilers = ['opt', 'maglev'];

/**
 * How often blocks of our code and of the parser's library are run while `task` runs, as V8 counts them for
 * coverage. Unlike time, it is the same on every machine, however busy; what patterns and built-in functions
 * do inside is not in it.
 */
export async function blocksRun(task: () => unknown, warmUp: () => unknown): Promise<number> {
  const session = new Session();
  session.connect();
  // Optimized code does not count.
  for (const compiler of compilers) setFlagsFromString(`--no-${compiler}`);
  try {
    await session.post('Profiler.enable');
    await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
    // Code that runs for the first time is not counted in full.
    await warmUp();
    await session.post('Profiler.takePreciseCoverage');
    await task();
    const { result } = await session.post('Profiler.takePreciseCoverage');
    await session.post('Profiler.stopPreciseCoverage');
    return result
      .filter(({ url }) => url.includes('/src/') || url.includes('/chevrotain/'))
      .flatMap(({ functions }) => functions.flatMap(({ ranges }) => ranges.map(({ count }) => count)))
      .reduce((sum, count) => sum + count, 0);
  } finally {
    for (const compiler of compilers) setFlagsFromString(`--${compiler}`);
    session.disconnect();
  }
}
