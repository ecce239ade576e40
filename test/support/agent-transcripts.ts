import { join } from 'node:path';
import type { CliAgent } from '../../src/agents/cli/cli-agent.ts';

/**
 * Where a transcript of an agent stands: a recording of its program, or one written by hand where the program could
 * never be run.
 */
export function transcriptPath({ id, triedVersion }: CliAgent, name: string): string {
  const folder = triedVersion === undefined ? 'handwritten' : 'fixtures';
  return join(import.meta.dirname, '../../src/agents/cli', id, folder, `${name}.jsonl`);
}
