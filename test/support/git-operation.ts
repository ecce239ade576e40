import { Git } from '../../src/workspace/git/git.ts';
import { commitStaged } from '../../src/workspace/git/commit.ts';
import { concludeMerge, startMerge } from '../../src/workspace/git/merge-in-folder.ts';
import { advance, mergeCommits } from '../../src/workspace/git/merge.ts';
import { pushBranch } from '../../src/workspace/git/remote.ts';
import { restoreTo } from '../../src/workspace/git/snapshot.ts';
import { stageChanges } from '../../src/workspace/git/stage.ts';
import { addWorktree } from '../../src/workspace/git/worktree.ts';

/** One operation on a repository, done by a process that a test may kill. */
export type GitOperation =
  | { readonly kind: 'add-worktree'; readonly wanted: Parameters<typeof addWorktree>[1] }
  | { readonly kind: 'commit'; readonly folder: string; readonly message: string }
  | {
      readonly kind: 'merge';
      readonly folder: string;
      readonly branch: string;
      readonly ours: string;
      readonly theirs: string;
    }
  | { readonly kind: 'start-merge'; readonly folder: string; readonly theirs: string }
  | { readonly kind: 'conclude-merge'; readonly folder: string }
  | { readonly kind: 'restore'; readonly wanted: Parameters<typeof restoreTo>[1] }
  | { readonly kind: 'push'; readonly push: Parameters<typeof pushBranch>[1] };

const git = new Git({ env: process.env });
// Written by the test that starts this file.
await perform(JSON.parse(process.argv[2] ?? '') as GitOperation);

async function perform(operation: GitOperation): Promise<unknown> {
  switch (operation.kind) {
    case 'add-worktree':
      return addWorktree(git, operation.wanted);
    case 'commit':
      return commit(operation.folder, operation.message);
    case 'merge':
      return merge(operation);
    case 'start-merge':
      return startMerge(git, operation);
    case 'conclude-merge':
      return concludeMerge(git, { ...operation, message: 'Merge side', signing: 'off' });
    case 'restore':
      return restoreTo(git, operation.wanted);
    case 'push':
      return pushBranch(git, operation.push);
  }
}

async function commit(folder: string, message: string): Promise<void> {
  const staged = await stageChanges(git, { folder });
  if (!staged.isEmpty) await commitStaged(git, staged, { message, hooks: 'run', signing: 'keep' });
}

async function merge({ folder, branch, ours, theirs }: GitOperation & { kind: 'merge' }): Promise<void> {
  const merged = await mergeCommits(git, { folder, ours, theirs, message: 'Merge side', signing: 'off' });
  if (merged.kind === 'merged') await advance(git, { folder, branch, from: ours, to: merged.commit });
}
