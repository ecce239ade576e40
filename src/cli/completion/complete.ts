import { proposeCompletions, type Application } from '@stricli/core';
import type { CliContext } from '../context.ts';
import { messageOf } from '../../shared/errors.ts';

/** Prints what may stand in the place of the last of these words; see `completionWord`. */
export async function complete(
  context: CliContext,
  application: Application<CliContext>,
  typed: readonly string[],
): Promise<void> {
  const words = withoutBreaks(typed);
  try {
    for (const { completion, brief } of await proposeCompletions(application, words, { ...context, words })) {
      // Values may bring a description of their own.
      context.process.stdout.write(`${completion.includes('\t') ? completion : `${completion}\t${brief}`}\n`);
    }
  } catch (thrown) {
    // Somebody is typing: a project that cannot be read is told when the command is run.
    if (context.env['ORCHESTRA_DEBUG']) context.process.stderr.write(`${messageOf(thrown)}\n`);
  }
}

/** Bash breaks words at equals signs: `--format=svg` comes as three. */
function withoutBreaks(words: readonly string[]): readonly string[] {
  const isBreak = (index: number): boolean => words[index] === '=' && (words[index - 1] ?? '').startsWith('--');
  const kept = words.filter((_word, index) => !isBreak(index));
  return isBreak(words.length - 1) ? [...kept, ''] : kept;
}
