import { OrchestraError } from '../../shared/errors.ts';
import { asSomebody, type CommitSettings } from './commit-object.ts';
import { gitFailure, type GitExit } from './git-failure.ts';
import type { Git } from './git.ts';
import { changedFiles } from './changes.ts';
import { commitAt } from './repository.ts';
import { stageChanges, type StagedChange } from './stage.ts';

/** Hooks lint and test; some take their time. */
const hooksTimeoutMs = 15 * 60_000;

/**
 * Commits what is staged with `git commit`, which asks the user's hooks. One that reformats files and refuses, so that they
 * are looked at and added again, is answered as people do: they are added, and it is asked once more.
 */
export async function commitThroughHooks(git: Git, staged: StagedChange, settings: CommitSettings): Promise<string> {
  const { folder } = staged;
  const first = await commit(git, folder, settings);
  if (first.exitCode === 0) return commitAt(git, folder, 'HEAD');
  const again = await stageReformatted(git, staged);
  const last = again ? await commit(git, folder, settings) : first;
  if (last.exitCode === 0) return commitAt(git, folder, 'HEAD');
  const said = [last.stdout.toString('utf8'), last.stderr]
    .map((text) => text.trim())
    .filter(Boolean)
    .join('\n');
  throw new OrchestraError(
    'GIT_HOOK_REFUSED',
    `A commit hook refused the commit in ${folder}: ${said || 'it says nothing'}`,
    {
      details: { folder, output: said },
    },
  );
}

async function commit(git: Git, folder: string, settings: CommitSettings): Promise<GitExit> {
  const { message, author, signing } = settings;
  const unsigned = signing === 'off' ? ['--no-gpg-sign'] : [];
  // Empty messages and changes are the caller's business; what is written as a comment is part of a message.
  const args = ['commit', '--quiet', '--allow-empty', '--cleanup=whitespace', ...unsigned, '--file=-'];
  return asSomebody(author, async (env) => {
    const exit = await git.run(args, { cwd: folder, input: message, env, guarded: true, timeoutMs: hooksTimeoutMs });
    // 1 is what git ends with when a hook does not end with 0; everything else is trouble of its own.
    if (exit.exitCode > 1) throw gitFailure(args, folder, exit);
    return exit;
  });
}

/** Whether hooks changed files that are staged; they are staged anew then. */
async function stageReformatted(git: Git, staged: StagedChange): Promise<boolean> {
  const { folder } = staged;
  const paths = (await changedFiles(git, staged)).map(({ path }) => path);
  const { tree } = await stageChanges(git, { folder, paths });
  return tree !== staged.tree;
}
