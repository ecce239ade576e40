import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';
import { canAsk, confirm } from './confirm.ts';
import type { CliContext } from './context.ts';

/** Milliseconds of `--older-than`. @throws OrchestraError USAGE */
export function ageOf(olderThan: string | undefined): number | undefined {
  if (olderThan === undefined) return undefined;
  const age = parseDuration(olderThan);
  if (age !== undefined) return age;
  throw new OrchestraError('USAGE', `--older-than takes no "${olderThan}"`, {
    hint: 'Write a duration such as `12h` or `30d`.',
  });
}

/**
 * Whether what was listed shall go: a person is asked; a program has to have said what it wants.
 * @param isSelected whether it has said which runs
 * @param selections how it may say so
 * @throws OrchestraError USAGE where nobody can be asked
 */
export async function isRemovalWanted(
  context: CliContext,
  { yes = false, json = false }: { readonly yes?: boolean; readonly json?: boolean },
  isSelected: boolean,
  selections: string,
): Promise<boolean> {
  if (yes) return true;
  if (!json && canAsk(context)) return confirm(context, 'Remove this for good?');
  if (isSelected) return true;
  throw new OrchestraError('USAGE', 'nobody here can be asked whether to remove this', {
    hint: `Add \`--yes\`, or say which runs: ${selections}.`,
  });
}
