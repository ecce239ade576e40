import type { ShellToolSettings } from '../../contract/config/tools.ts';
import type { WorkspaceSection } from '../../contract/config/workspace.ts';
import { refComponent } from '../../workspace/git/ref-name.ts';

/** The shell tools of repositories, as `<repository>__<tool>`: model APIs refuse a colon in a name. */
export function repositoryTools({ repos = {}, tools = {} }: WorkspaceSection = {}): readonly ShellToolSettings[] {
  // With several repositories steps work above all of them.
  const hasMany = Object.keys(repos).length > 1;
  return Object.entries(tools).flatMap(([repository, named]) =>
    Object.entries(named).map(([name, { command, description }]) => ({
      name: `${repository}__${name}`,
      command,
      description: description ?? `Runs \`${command}\` in ${repository}.`,
      parameters: {},
      access: 'execute' as const,
      timeout: '120s',
      ...(hasMany && { cwd: refComponent(repository) }),
    })),
  );
}
