import type { CleanupFacts } from './cleanup-facts.ts';
import type { CleanupPlan, Stray } from './cleanup-plan.ts';
import { branchKey, foundWorktrees, runsOfRef, type NamedThings } from './named-things.ts';

/** What is found and no journal names, by whether it looks as if a run had made it. */
export function strays(facts: CleanupFacts, things: NamedThings): Pick<CleanupPlan, 'orphans' | 'foreign'> {
  const found = [...strayWorktrees(facts, things), ...strayBranches(facts, things)];
  return {
    orphans: [
      ...found.filter(({ isOrphan }) => isOrphan).map(({ stray }) => stray),
      ...strayFolders(facts, things),
      ...strayRefs(facts),
    ],
    foreign: found.filter(({ isOrphan }) => !isOrphan).map(({ stray }) => stray),
  };
}

interface Found {
  readonly stray: Stray;
  readonly isOrphan: boolean;
}

function strayWorktrees(facts: CleanupFacts, { worktrees }: NamedThings): readonly Found[] {
  return foundWorktrees(facts)
    .filter(({ worktree }) => !worktree.isMain && !worktrees.has(worktree.path))
    .map(({ repository, worktree: { path } }) => ({
      stray: { kind: 'worktree', repository: repository.path, path },
      isOrphan: facts.homes.some((home) => path.startsWith(`${home}/`)),
    }));
}

function strayBranches({ repositories, prefixes }: CleanupFacts, { branches }: NamedThings): readonly Found[] {
  return repositories.flatMap(({ path, branches: all }) =>
    all
      .filter(({ name }) => !branches.has(branchKey(path, name)))
      .map(({ name, head }): Found => ({
        stray: { kind: 'branch', repository: path, name, head },
        isOrphan: prefixes.some((prefix) => prefix !== '' && name.startsWith(prefix)),
      })),
  );
}

function strayFolders(facts: CleanupFacts, { worktrees }: NamedThings): readonly Stray[] {
  const known = new Set(foundWorktrees(facts).map(({ worktree }) => worktree.path));
  return facts.folders
    .filter((path) => !worktrees.has(path) && !known.has(path))
    .map((path) => ({ kind: 'folder', path }));
}

function strayRefs({ repositories, runs }: CleanupFacts): readonly Stray[] {
  return repositories.flatMap(({ path, ownRefs }) =>
    ownRefs
      .filter((name) => runsOfRef(name, path, runs).length === 0)
      .map((name): Stray => ({ kind: 'ref', repository: path, name })),
  );
}
