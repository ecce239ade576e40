import { didYouMean } from '../../language/scan/nearest.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { completionScripts, shells } from '../completion/scripts.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';

/** It takes none. */
export type CompletionFlags = Readonly<Record<string, never>>;

export async function printCompletion(this: CliContext, _flags: CompletionFlags, name: string): Promise<void> {
  await guarded(this, false, async () => {
    const shell = shells.find((known) => known === name);
    if (!shell) {
      throw new OrchestraError('USAGE', `there is no completion for ${name}`, { hint: didYouMean(name, shells) });
    }
    this.process.stdout.write(completionScripts[shell]);
    return exitCodes.success;
  });
}
