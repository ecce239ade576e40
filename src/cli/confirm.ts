import { createInterface } from 'node:readline/promises';
import type { CliContext } from './context.ts';

/** Whether there is a person to ask. */
export function canAsk({ stdin, process }: CliContext): boolean {
  return stdin?.isTTY === true && (process.stderr as Partial<NodeJS.WriteStream>).isTTY === true;
}

/** Asks at the terminal; everything but a yes is a no, the end of the input too. */
export async function confirm({ stdin, process }: CliContext, question: string): Promise<boolean> {
  if (!stdin) return false;
  const asking = createInterface({ input: stdin, output: process.stderr as NodeJS.WriteStream });
  const closed = new Promise<string>((resolve) => asking.once('close', () => resolve('')));
  const answer = await Promise.race([asking.question(`${question} [y/N] `), closed]);
  asking.close();
  return /^\s*y(es)?\s*$/i.test(answer);
}
