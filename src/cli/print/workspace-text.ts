import type { WorkspaceEvent } from '../../contract/event.ts';
import { assertNever } from '../../shared/errors.ts';

/** One line about what happened to the folders of a run. */
export function workspaceText(event: WorkspaceEvent): string {
  switch (event.type) {
    case 'WorktreeCreated':
      return `works in ${event.worktree}, on branch ${event.branch} from ${short(event.base)}`;
    case 'AgentCommitCreated':
      return `commit ${short(event.sha)} ${event.subject}`;
    case 'WorkspaceSnapshotRecorded':
      return `snapshot: ${Object.entries(event.repos)
        .map(([repo, { head, uncommitted }]) => `${repo} ${short(head)}${uncommitted === undefined ? '' : ' and more'}`)
        .join(', ')}`;
    case 'WorktreeMerged':
      return `merged ${event.merged.join(', ')} into ${event.repo}: ${short(event.sha)}`;
    case 'WorktreeMergeConflict':
      return `${event.merging} conflicts in ${event.repo}: ${event.files.join(', ')}`;
    case 'SecretsFound':
      return `not committed, as it may hold secrets: ${event.findings.map(findingText).join(', ')}`;
    case 'SessionBranchPushed':
      return `pushed ${event.branch} to ${event.remote}`;
    case 'SessionBranchPushFailed':
      return `${event.branch} could not be pushed to ${event.remote}: ${event.error}`;
    case 'ChangeRequestOpened':
      return `opened ${event.url}`;
    case 'WorkspaceNotice':
      return event.message;
    default:
      return assertNever(event);
  }
}

function findingText({ file, line, rule }: { file: string; line: number; rule: string }): string {
  return `${file}:${line} (${rule})`;
}

function short(sha: string): string {
  return sha.slice(0, 8);
}
