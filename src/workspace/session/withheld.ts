import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Question } from '../../contract/question.ts';
import type { Git } from '../git/git.ts';
import type { Checkout } from './checkout.ts';
import type { Withholding } from './keep-changes.ts';

/** `S`top, `D`rop those files, `C`ommit all the same. */
export type WithheldAnswer = 'S' | 'D' | 'C';

/** Findings that a text names at most. */
const mostNamed = 10;

/** Why changes did not become a commit. */
export function withheldText(withheld: readonly Withholding[]): string {
  return withheld
    .map((problem) =>
      problem.kind === 'hook'
        ? problem.message
        : `not committed, as it may hold secrets: ${namesOf(problem).slice(0, mostNamed).join(', ')}`,
    )
    .join('; ');
}

/** Stopping stands first and is the default: nothing is committed because nobody looked. */
export function withheldQuestion(stage: string, withheld: readonly Withholding[]): Question {
  return {
    text: `${stage} has changed files in which something looks like a secret: ${withheld.flatMap(namesOf).slice(0, mostNamed).join(', ')}. What shall become of them?`,
    type: 'MULTIPLE_CHOICE',
    options: [
      { key: 'S', label: 'Stop, and leave them as they are' },
      { key: 'D', label: 'Drop the changes to these files' },
      { key: 'C', label: 'Commit them: there is no secret in them' },
    ],
    defaultKey: 'S',
    stage,
    metadata: { purpose: 'secrets' },
  };
}

/** Files with findings go back to what they were, or away where they are new. */
export async function dropChangesTo(checkout: Checkout, problem: Withholding, git: Git): Promise<void> {
  if (problem.kind !== 'secrets') return;
  const place = checkout.repositories.find(({ repository }) => repository.name === problem.repo);
  if (!place) return;
  for (const file of new Set(problem.findings.map((finding) => finding.file))) {
    const known = await git.run(['cat-file', '-e', `HEAD:${file}`], { cwd: place.folder });
    if (known.exitCode === 0) await git.text(['checkout', '-q', 'HEAD', '--', file], { cwd: place.folder });
    else await rm(join(place.folder, file), { recursive: true, force: true });
  }
}

function namesOf(problem: Withholding): readonly string[] {
  return problem.kind === 'secrets' ? problem.findings.map(({ file, line, rule }) => `${file}:${line} (${rule})`) : [];
}
