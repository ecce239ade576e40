import type { Clauses } from './clauses.ts';

/** Issue 5, 1 to 5: repositories, worktrees, commits, merges, snapshots. */
export const workspace = {
  'Workspace: folders': {
    'workspace:checkout-untouched': "A run leaves the user's checkout as it is, to the last byte.",
    'workspace:started-in': 'A run works in the same folder of its worktree as it was started in.',
    'workspace:off': '`--no-workspace` and `workspace=none` work in the folder itself.',
    'workspace:no-commit': 'A repository without a commit is worked in as a folder, with a notice.',
    'workspace:race-in-one-folder': 'Agents that race in one folder are told of, with what gives each its own.',
    'workspace:copied-folder': 'A folder that is no repository is worked in as a copy, and runs in it are compared.',
    'workspace:names': 'No two branches of a run and its children share a Git branch or a folder.',
    'workspace:children':
      'A child pipeline works in the folder of the branch that started it, beside others of its kind.',
  },
  'Workspace: commits': {
    'workspace:turn-commits': 'Every turn that changed something is one commit of exactly the files it changed.',
    'workspace:trailers': 'Commits say run, node, turn, agent and model in trailers Git can read.',
    'workspace:crash':
      'A run killed within what is done with Git loses no commit, doubles none and leaves nothing half done.',
  },
  'Workspace: other trouble': {
    'workspace:disk-full': 'A full disk under folders or repository ends a run that can go on once there is room.',
    'workspace:at-once': 'Runs at the same time on one repository have nothing of each other.',
    'workspace:users-commits':
      'What people commit, stage and switch to meanwhile is neither touched nor part of the run.',
    'workspace:locked':
      'A lock of another Git is waited for; one that stays ends a run that can go on once it is gone.',
    'workspace:remote-gone': 'A remote that is gone costs a run nothing but the push, which can be made up for.',
    'workspace:odd-names': 'Branches and files may have any name Git allows.',
  },
  'Workspace: merges': {
    'workspace:merge': 'Work of branches is merged in their order.',
    'workspace:merge-conflict': 'A conflict fails the fan-in under `merge`, and nothing moves.',
    'workspace:merge-ask':
      'Under `ask` a person keeps a side, resolves it by hand, lets an agent resolve it, or stops.',
    'workspace:merge-agent':
      'Under `agent_resolves` an agent resolves it; one that leaves something open fails the fan-in.',
    'workspace:merge-verify': 'Nothing moves before the command that verifies merged work has succeeded.',
    'workspace:all-or-none': 'Work is merged in all repositories or in none.',
    'workspace:merge-signed': 'Merges are signed where turn commits are, and nowhere else.',
    'workspace:merge-room': 'A merge leaves no folder and no ref behind.',
  },
  'Workspace: returning': {
    'workspace:turns':
      'The turns of a run tell where its folders stood, whoever of it and its children committed there.',
    'workspace:returned': 'A run that goes on from a turn begins with its folders at the commits the turn tells.',
    'workspace:returned-whole':
      'Work of turns that were not over at that turn is done again, and none of it is missing.',
    'workspace:returned-uncommitted': 'Work that is in no commit comes back with a turn as well.',
    'workspace:returned-conflict': 'A conflict met again after a return is asked about again.',
  },
  'Workspace: publishing': {
    'publishing:http': 'A repository is cloned from a remote over http, and pushed to on checkpoints or at the end.',
    'publishing:no-secret':
      'A password in the address of a remote stands in no message, no journal, no clone and no list of processes.',
    'publishing:refused':
      'A push that is refused is told of with a code and what to do; nothing of others is replaced.',
    'publishing:broken-off': 'A remote that hangs holds nobody who wants to go, and gets its branch later.',
  },
  'Workspace: examples': {
    'workspace:demo': 'The workspace example runs as its README says, offline.',
  },
} as const satisfies Clauses;
