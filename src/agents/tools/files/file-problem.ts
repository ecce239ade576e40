import { machineFailureIn } from '../../../shared/machine-failure.ts';
import { messageOf } from '../../../shared/errors.ts';
import { ToolProblem } from '../tool.ts';

const meanings: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'cannot be: a part of its path is a file',
  EISDIR: 'is a folder',
  EACCES: 'may not be used: permission denied',
  EPERM: 'may not be used: operation not permitted',
  ELOOP: 'is a link that was put there just now',
  ENXIO: 'is no ordinary file',
  ENAMETOOLONG: 'has a name that is too long',
};

/** Runs work on a file of the working folder, with what the system says against it in words for the model. */
export async function onFile<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof ToolProblem || machineFailureIn(thrown)) throw thrown;
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    throw new ToolProblem(`${name} ${meanings[code] ?? `cannot be used: ${messageOf(thrown)}`}.`, { cause: thrown });
  }
}
