/**
 * Every place, and what has just happened there. The crash sweep (test/faults/) kills at each of them.
 * The journal's own come first: all the others lie between two commits.
 */
export const failpoints = {
  'journal:mid-batch': 'a turn of several is inserted',
  'journal:before-commit': 'all writes of a transaction are made',
  'journal:after-commit': 'the transaction is durable and nobody was told',
  'run:created': 'a new run is recorded and nobody walks it yet',
  'run:owned': 'the lease is taken and nothing of the run was read',
  'run:before-settle': 'a result is known and not recorded',
  'run:handed-over': 'a new segment is recorded and not begun',
  'child:created': 'a child run is recorded and nobody walks it yet',
  'question:answered': 'somebody in this process has answered and nothing is recorded',
  'inbox:sent': 'an answer from another process is stored and its sender was not told',
  'inbox:taken': 'a command is taken from the inbox and nothing came of it yet',
  'process:recorded': 'the facts of a program are recorded and it has no guardian',
  'process:guarded': 'the guardian of a program stands and the program does not run',
  'directory:before-write': 'the run directory is about to be brought up to date',
  'directory:mid-write': 'a file of the run directory is written beside the old one',
} as const satisfies Record<string, string>;

/** Places that no run passes: they lie in the upkeep of the journal. */
export const upkeepFailpoints = {
  'journal:mid-migration': 'the backup is written and the new schema is not committed',
  'journal:mid-removal': 'the turns of a run are removed and nothing is committed',
  'journal:mid-sweep': 'a blob is removed and its batch is not committed',
  'journal:before-compact': 'the journal is swept and its file has its old size',
  'prune:directory-removed': 'the directory of a run is gone and its journal is not',
  'prune:run-removed': 'a run is gone and its blobs are not',
} as const satisfies Record<string, string>;

/** Places within one operation on a git repository: only runs with a workspace pass them. */
export const gitFailpoints = {
  'git:branch-made': 'a branch is there and its worktree is not',
  'git:worktree-added': 'a worktree is checked out and its submodules are not',
  'git:staged': 'the files of a commit are in the index and nowhere else',
  'git:commit-made': 'a commit is in the object database and no branch leads to it',
  'git:branch-moved': 'a branch leads to its new commit and nobody was told',
  'git:files-moved': 'the files of a folder are those of a commit its branch does not lead to yet',
  'git:conflict-laid-out': 'the files of a merge are in its folder and git does not know of the merge',
  'git:merge-committed': 'a merge is committed and its folder still says that it goes on',
  'git:pushed': 'a remote has a branch and nothing here says so',
  'git:kept': 'what a branch had is kept by a ref and the branch has not moved',
  'git:restored-head': 'a branch is back at a commit and uncommitted work is not back',
} as const satisfies Record<string, string>;

/** Places that only a run that goes back passes. */
const returnFailpoints = {
  'journal:mid-rewind': 'the way back of one run is recorded and nothing is committed',
} as const satisfies Record<string, string>;

/** Places that only a clean-up passes. */
export const cleanupFailpoints = {
  'cleanup:folder-aside': 'the folder of a worktree has another name and git still knows it by its own',
  'cleanup:worktree-removed': 'a worktree is gone and its branch is not',
  'cleanup:branch-removed': 'a branch is gone and what else its run has is not',
  'cleanup:ref-removed': 'a ref below refs/orchestra is gone and others of its run are not',
  'cleanup:folders-left': 'everything of a run is gone but its empty folders',
} as const satisfies Record<string, string>;

/** Places that only runs with a remote pass. */
export const publishFailpoints = {
  'publish:pushed': 'a branch stands at the remote and nothing is recorded of it',
  'publish:opened': 'a change request is open and nothing is recorded of it',
} as const satisfies Record<string, string>;

export type FailpointName =
  | keyof typeof failpoints
  | keyof typeof upkeepFailpoints
  | keyof typeof gitFailpoints
  | keyof typeof returnFailpoints
  | keyof typeof cleanupFailpoints
  | keyof typeof publishFailpoints;

/** The tests of this file have places of their own. */
type TestFailpoint = `test:${string}`;

/**
 * Named places where a test makes the process fail: `failpoint('journal:before-commit')`. Inert unless
 * armed through the environment of a child process,
 * `ORCHESTRA_FAILPOINTS="journal:before-commit=kill@3,journal:mid-batch=stop"` (at the third pass; at the
 * first), or by `armFailpoint` within this process. Unarmed it costs one look-up in an empty map.
 */
export type FailpointAction =
  /** SIGKILL to this process: nothing after this point happens. */
  | 'kill'
  /** SIGSTOP to this process: it freezes until somebody sends SIGCONT. */
  | 'stop'
  /** Throws an error that names the failpoint. */
  | 'throw'
  /** Called at this pass and every later one, until disarmed. */
  | (() => void);

interface Armed {
  readonly action: FailpointAction;
  passesLeft: number;
}

const armed = new Map<string, Armed>(Object.entries(parseFailpoints(process.env['ORCHESTRA_FAILPOINTS'] ?? '')));

export function failpoint(name: FailpointName | TestFailpoint): void {
  const point = armed.get(name);
  if (point === undefined) return;
  point.passesLeft -= 1;
  if (point.passesLeft > 0) return;
  if (typeof point.action === 'function') return point.action();
  armed.delete(name);
  perform(name, point.action);
}

/** Arms a failpoint of this process for its `pass`-th pass; disposing it disarms. For tests. */
export function armFailpoint(name: string, action: FailpointAction, pass = 1): Disposable {
  const point = { action, passesLeft: pass };
  armed.set(name, point);
  return {
    [Symbol.dispose]: () => {
      if (armed.get(name) === point) armed.delete(name);
    },
  };
}

function perform(name: string, action: 'kill' | 'stop' | 'throw'): void {
  if (action === 'throw') throw new Error(`failpoint ${name}`);
  process.kill(process.pid, action === 'kill' ? 'SIGKILL' : 'SIGSTOP');
}

function parseFailpoints(setting: string): Record<string, Armed> {
  const points: Record<string, Armed> = {};
  for (const part of setting.split(',').filter((text) => text.trim() !== '')) {
    const match = /^\s*(.+)=(kill|stop|throw)(?:@(\d+))?\s*$/.exec(part);
    if (!match?.[1]) throw new Error(`ORCHESTRA_FAILPOINTS: cannot read "${part}"`);
    // The pattern admits these three words only.
    points[match[1]] = { action: match[2] as 'kill' | 'stop' | 'throw', passesLeft: Number(match[3] ?? 1) };
  }
  return points;
}
