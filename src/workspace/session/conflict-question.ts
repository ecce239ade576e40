import type { Question } from '../../contract/question.ts';
import type { ConflictFile } from '../git/merge.ts';

/** `S`top, keep `O`urs, take `T`heirs, an `A`gent resolves, it is `R`esolved in the folder. */
export type ConflictAnswer = 'S' | 'O' | 'T' | 'A' | 'R';

/** What conflicts, for whoever resolves it: files with their markers. */
export function conflictText(repo: string, scope: string, files: readonly ConflictFile[]): string {
  const parts = files.map(({ path, text }) => `--- ${path}\n${text}`);
  return `Merging ${scope} in ${repo} conflicts in ${files.length} ${files.length === 1 ? 'file' : 'files'}:\n\n${parts.join('\n\n')}`;
}

export interface OpenConflict {
  readonly scope: string;
  readonly files: readonly ConflictFile[];
  /** Where the conflict lies, to be resolved by hand. */
  readonly folder: string;
}

/** Stopping stands first and is the default: nothing is merged because nobody looked. */
export function conflictQuestion(stage: string, { scope, files, folder }: OpenConflict): Question {
  const names = files.map(({ path }) => path).join(', ');
  return {
    text: `The work of ${scope} conflicts in ${names}. It lies in ${folder}. How does it go on?`,
    type: 'MULTIPLE_CHOICE',
    options: [
      { key: 'S', label: 'Stop, and merge nothing' },
      { key: 'O', label: 'Keep these files as the branches before left them' },
      { key: 'T', label: `Take these files from ${scope}` },
      { key: 'A', label: 'An agent resolves it' },
      { key: 'R', label: 'I have resolved it in that folder' },
    ],
    defaultKey: 'S',
    stage,
    metadata: { purpose: 'merge-conflict', folder },
  };
}
