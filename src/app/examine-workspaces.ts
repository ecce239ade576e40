import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { finalStates } from '../contract/run.ts';
import { messageOf } from '../shared/errors.ts';
import type { Stray } from '../workspace/cleanup/cleanup-plan.ts';
import { planCleanup } from '../workspace/cleanup/plan-cleanup.ts';
import { Git } from '../workspace/git/git.ts';
import { findRepository } from '../workspace/git/repository.ts';
import { worktreeFolder } from '../workspace/session/scopes.ts';
import { asWord } from '../workspace/git/git-failure.ts';
import type { Configuration, Environment } from './configuration/configuration.ts';
import type { Finding } from './finding.ts';
import type { Orchestra } from './orchestra.ts';
import { cleanupFacts, workspaceRuns, type FurtherPlaces, type WorkspaceRun } from './workspace/cleanup-facts.ts';
import { defaultPrefix, worktreesHome } from './workspace/plan-workspace.ts';
import { worktreesAt } from './workspace/standings.ts';

/** The git program, and whether it is new enough. */
export async function examineGit(cwd: string, env: Environment): Promise<Finding> {
  const finding = { subject: 'git', required: false };
  try {
    return { ...finding, ok: true, detail: await new Git({ env }).text(['version'], { cwd }) };
  } catch (thrown) {
    return { ...finding, ok: false, detail: `${messageOf(thrown)} Runs work in the folder they are started in.` };
  }
}

/**
 * What is wrong with the worktrees and branches of a project: those that look like ours and no run names, and runs that
 * have not ended and whose folders are gone. Changes nothing.
 */
export async function examineWorkspaces(
  { journal, configuration, project }: Pick<Orchestra, 'journal' | 'configuration' | 'project'>,
  cwd: string,
): Promise<readonly Finding[]> {
  const parts = { journal, env: configuration.env };
  try {
    const runs = await workspaceRuns(journal);
    const further = await furtherPlaces(configuration, { cwd, home: project.home });
    const { orphans } = planCleanup(
      await cleanupFacts(parts, runs, further),
      { olderThanMs: 0, force: false },
      Date.now(),
    );
    const lost = (await Promise.all(runs.map((run) => lostFolders(journal, run)))).flat();
    return [...orphans.map(orphanFinding), ...lost];
  } catch (thrown) {
    return [{ subject: 'worktrees', ok: false, required: false, detail: messageOf(thrown), isAmiss: true }];
  }
}

/** Where runs of this project would work now, whatever earlier ones did. */
async function furtherPlaces(
  configuration: Configuration,
  { cwd, home }: { readonly cwd: string; readonly home: string },
): Promise<FurtherPlaces> {
  const sections = Object.entries(configuration.workspace?.repos ?? {});
  const configured = sections.map(([name, { path, remote }]) =>
    resolve(configuration.folder, path ?? (remote === undefined ? '.' : name)),
  );
  const git = new Git({ env: configuration.env });
  const found = await Promise.all(
    (configured.length === 0 ? [cwd] : configured.filter(existsSync)).map((folder) => findRepository(git, folder)),
  );
  const homes = [worktreesHome(home, configuration)];
  const prefixes = sections.flatMap(([, { branch_prefix: prefix }]) => (prefix === undefined ? [] : [prefix]));
  const repositories = found.flatMap((repository) => (repository ? [repository.root] : []));
  return { repositories, homes, prefixes: [defaultPrefix, ...prefixes] };
}

function orphanFinding(stray: Stray): Finding {
  const place = 'path' in stray ? stray.path : `${stray.name} in ${stray.repository}`;
  const detail = `no run here knows ${stray.kind} ${place}; where nobody needs it: ${removalOf(stray)}`;
  return { subject: 'orphan', ok: false, required: false, detail, isAmiss: true };
}

function removalOf(stray: Stray): string {
  switch (stray.kind) {
    case 'worktree':
      return `git -C ${asWord(stray.repository)} worktree remove ${asWord(stray.path)}`;
    case 'folder':
      return `rm -r ${asWord(stray.path)}`;
    case 'branch':
      return `git -C ${asWord(stray.repository)} branch -D ${asWord(stray.name)}`;
    case 'ref':
      return `git -C ${asWord(stray.repository)} update-ref -d ${asWord(stray.name)}`;
  }
}

/** Of runs that could go on. What was committed comes back with the folder, and what was not as far as a snapshot has it. */
async function lostFolders(journal: Orchestra['journal'], { row, plan }: WorkspaceRun): Promise<readonly Finding[]> {
  if (finalStates.has(row.state)) return [];
  const worktrees = await worktreesAt(journal, row);
  return plan.repositories.flatMap((repository) => {
    const own = worktrees.filter(({ repo, merged }) => repo === repository.name && !merged);
    const gone = own.map(({ path }) => worktreeFolder(plan, repository, path)).filter((folder) => !existsSync(folder));
    const next = existsSync(repository.path)
      ? `made anew from its branch by: orchestra resume ${row.id}`
      : `its repository, ${repository.path}, is gone too; give it up with: orchestra cancel ${row.id}`;
    return gone.map((folder) => ({
      ...{ subject: 'run', ok: false, required: false, isAmiss: true },
      detail: `${row.id} (${row.state}) has lost ${folder}: ${next}`,
    }));
  });
}
