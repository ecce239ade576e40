import type { Clauses } from './clauses.ts';

/** Issue 5, 8: what runs made in repositories is removed when they are done with it. */
export const cleanup = {
  'Clean-up': {
    'cleanup:named-only':
      '`cleanup` removes only what the journal names; worktrees and branches of others stay as they are.',
    'cleanup:lists': 'It lists what would go and what stays before anything goes; `--dry-run` does only that.',
    'cleanup:age':
      'Runs that ended within a week keep everything unless they are named or `--older-than` says otherwise.',
    'cleanup:unended': 'Runs that have not ended keep everything.',
    'cleanup:work':
      'Commits that are found nowhere else, changes that are not committed and what is locked stay; only a lock stays when forced.',
    'cleanup:kept-for-inspection': 'Folders of merges that were not resolved stay, and say so, until forced.',
    'cleanup:forks': 'What a fork shares with its source stays as long as the fork has it.',
    'cleanup:repositories': 'All repositories of a run are cleaned up; one that is gone keeps nobody from it.',
    'cleanup:crash': 'A clean-up killed at any moment leaves nothing half, and the next one finishes.',
    'cleanup:prune': 'A run is not forgotten while its worktrees, branches or refs are there.',
    'cleanup:doctor': '`doctor` lists worktrees, branches and refs that no run names, and runs whose folders are gone.',
  },
} as const satisfies Clauses;
