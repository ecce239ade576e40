import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runBriefly } from '../../src/shared/process/brief-program.ts';
import { commitStaged } from '../../src/workspace/git/commit.ts';
import { Git } from '../../src/workspace/git/git.ts';
import { stageChanges } from '../../src/workspace/git/stage.ts';
import { addWorktree, type NewWorktree } from '../../src/workspace/git/worktree.ts';
import { fileNumber, gitUser, makeRepository } from '../measuring/git-repository.ts';
import { report, request } from '../measuring/report.ts';

export interface WorkspaceRequest {
  readonly what: 'worktrees' | 'commits';
  readonly folder: string;
  /** In the repository. */
  readonly files: number;
  readonly rounds: number;
  /** Worktrees made at once. */
  readonly atOnce: number;
}

/** Pairs, taken one after the other in turns: what the machine does meanwhile, it does to both. */
export interface WorkspaceTimes {
  readonly oursMs: readonly number[];
  readonly gitMs: readonly number[];
}

const wanted = request<WorkspaceRequest>();
const env = gitUser(wanted.folder);
const git = new Git({ env });
const repository = join(wanted.folder, 'repository');
makeRepository(repository, wanted.files, env);
const at = await git.text(['rev-parse', 'HEAD'], { cwd: repository });
report(await (wanted.what === 'worktrees' ? worktrees() : commits()));

/** A worktree beside the repository, with a branch of its own. */
function place(name: string): NewWorktree {
  return { repository, folder: join(wanted.folder, name), branch: `orchestra/p/${name}`, at };
}

async function worktrees(): Promise<WorkspaceTimes> {
  return paired(async (round) => {
    const ours = Array.from({ length: wanted.atOnce }, (_, index) => place(`ours-${round}-${index}`));
    const theirs = Array.from({ length: wanted.atOnce }, (_, index) => place(`git-${round}-${index}`));
    return {
      ours: async () => void (await Promise.all(ours.map((worktree) => addWorktree(git, worktree)))),
      // Several of them at once get into each other's way and fail, so they come one after the other.
      git: async () => {
        for (const { folder, branch } of theirs)
          await plainGit(repository, 'worktree', 'add', '-b', branch, folder, at);
      },
    };
  });
}

async function commits(): Promise<WorkspaceTimes> {
  const [ours, theirs] = [place('ours'), place('git')];
  for (const worktree of [ours, theirs]) await addWorktree(git, worktree);
  return paired(async (round) => {
    const paths = [fileNumber(0), fileNumber(wanted.files - 1), `${fileNumber(0)}.${round}`];
    for (const { folder } of [ours, theirs])
      for (const path of paths) writeFileSync(join(folder, path), `round ${round} of ${folder}\n`);
    return {
      ours: async () => {
        const staged = await stageChanges(git, { folder: ours.folder, paths });
        await commitStaged(git, staged, { message: `Turn ${round}`, hooks: 'run', signing: 'keep' });
      },
      git: async () => {
        await plainGit(theirs.folder, 'add', '--', ...paths);
        await plainGit(theirs.folder, 'commit', '--quiet', '--message', `Turn ${round}`);
      },
    };
  });
}

interface Pair {
  readonly ours: () => Promise<void>;
  readonly git: () => Promise<void>;
}

/** The first round warms up. Who comes first changes from round to round, and the disk has nothing left to write before each. */
async function paired(pairOf: (round: number) => Promise<Pair>): Promise<WorkspaceTimes> {
  const times = { oursMs: [] as number[], gitMs: [] as number[] };
  for (let round = 0; round <= wanted.rounds; round += 1) {
    const pair = await pairOf(round);
    const order = round % 2 === 0 ? (['ours', 'git'] as const) : (['git', 'ours'] as const);
    for (const side of order) {
      execFileSync('sync');
      const began = performance.now();
      await pair[side]();
      if (round > 0) times[`${side}Ms`].push(performance.now() - began);
    }
  }
  return times;
}

async function plainGit(cwd: string, ...args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runBriefly({ command: 'git', args, cwd, env, timeoutMs: 600_000 });
  if (exitCode !== 0) throw new Error(`git ${args.join(' ')}: ${stderr}`);
}
