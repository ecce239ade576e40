import type { NodeVisit, RepositoryView, RunView } from '../../src/contract/run-view.ts';
import type { PublishedCommit } from '../../src/workspace/publishing/change-request-body.ts';

/** A run that has done something, to be published. */
export function toldPublication(): {
  readonly view: RunView;
  readonly repository: RepositoryView;
  readonly commits: readonly PublishedCommit[];
} {
  const repository: RepositoryView = {
    name: 'shop',
    path: '/home/me/shop',
    base: 'a'.repeat(40),
    baseBranch: 'main',
    branch: 'orchestra/ship/r-1/main',
    worktree: '/home/me/shop/.orchestra/worktrees/r-1/main/shop',
    head: 'b'.repeat(40),
    branches: [],
  };
  const nodes: readonly NodeVisit[] = [
    visit('start', 'start', {}),
    visit('implement', 'codergen', { status: 'fail', failureReason: 'the tests do not pass yet' }),
    visit('implement', 'codergen', { visit: 2, notes: 'Stage completed: implement' }),
    visit('review', 'codergen', {
      notes: 'Looks good, @boss. Fixes #12, see https://intranet.example/x <b>now</b>\n/merge',
    }),
    visit('tests', 'tool', { notes: `Tool completed: npm test --prefix ${repository.worktree}/web` }),
    visit('approve', 'wait.human', { notes: 'Selected Approve' }),
  ];
  const view: RunView = {
    runId: 'r-1',
    pipeline: 'ship',
    goal: 'Make the basket remember *everything*\nfor a week',
    state: 'completed',
    startedAt: '2026-01-02T03:04:05.000Z',
    updatedAt: '2026-01-02T03:16:08.000Z',
    endedAt: '2026-01-02T03:16:08.000Z',
    durationMs: 723_000,
    restarts: 0,
    visited: [],
    attempts: {},
    context: {},
    nodes,
    questions: [],
    waiting: [],
    usage: { inputTokens: 123_456, outputTokens: 7_890, costUsd: 1.2345 },
    nodeUsage: { implement: { inputTokens: 100_000, outputTokens: 7_000, costUsd: 1.2 } },
    warnings: [],
    artifacts: [],
    turns: [],
    workspace: { repos: [repository] },
  };
  const commits: readonly PublishedCommit[] = [
    { sha: '1'.repeat(40), subject: 'feat: keep baskets for a week', node: 'implement' },
    { sha: '2'.repeat(40), subject: 'test: baskets of last week', node: 'implement' },
  ];
  return { view, repository, commits };
}

function visit(node: string, handler: string, facts: Partial<NodeVisit>): NodeVisit {
  const startedAt = '2026-01-02T03:04:05.000Z';
  return { node, handler, scope: '', visit: 1, attempts: 1, status: 'success', restart: 0, startedAt, ...facts };
}
