import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DurableRunRequest } from './durable-run.ts';
import { measured } from './measure.ts';
import { inScratch } from './scratch.ts';

const sizes = [20, 120] as const;

/**
 * How often an engine waits for the disk per node, counted by strace: a number that does not depend on
 * the machine, and that shows whether two engines promise the same. Undefined where there is no strace.
 */
export async function diskSyncsPerNode(file: string): Promise<number | undefined> {
  if (spawnSync('strace', ['-e', 'trace=none', 'true']).status !== 0) return undefined;
  const [few, many] = [await diskSyncs(file, sizes[0]), await diskSyncs(file, sizes[1])];
  // What opening and ending a run costs is in both.
  return (many - few) / (sizes[1] - sizes[0]);
}

function diskSyncs(file: string, nodes: number): Promise<number> {
  return inScratch(async (folder) => {
    const trace = join(folder, 'trace');
    const request: DurableRunRequest = { nodes, synchronous: 'full', folder, warmUpNodes: 0 };
    await measured(file, request, { under: ['strace', '-f', '-qq', '-e', 'trace=fsync,fdatasync', '-o', trace] });
    // A call that another thread interrupts has a second line, without its name in front of a parenthesis.
    return [...readFileSync(trace, 'utf8').matchAll(/\bf(?:data)?sync\(/g)].length;
  });
}
