import { join } from 'node:path';
import type { GitProject } from './git-project.ts';

/** From the folder of the project. */
export const remotePath = '../remote.git';

/**
 * Gives a project a bare repository beside it as its remote `origin`, to which runs push all their branches; names its folder.
 * @param prefix begins the names of branches
 */
export function addRemote(
  project: GitProject,
  push: 'on_completion' | 'on_checkpoint' = 'on_completion',
  prefix = 'orchestra/',
): string {
  project.git('init', '--quiet', '--bare', remotePath);
  project.git('remote', 'add', 'origin', remotePath);
  const repository = { path: '.', remote: 'origin', push, push_branches: true, branch_prefix: prefix };
  project.write('orchestra.yaml', { workspace: { repos: { project: repository } } });
  return join(project.folder, remotePath);
}
