import type { PlannedRepository } from '../../contract/workspace-plan.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Git } from '../../workspace/git/git.ts';
import { signInOf } from '../../workspace/git/sign-in.ts';
import type { Configuration } from '../configuration/configuration.ts';

/** Where branches go that no remote is named for. */
export const usualRemote = 'origin';

/** Where the branches of a repository go. */
export interface Remote {
  /** A name or an address, as it is pushed to. */
  readonly remote: string;
  readonly address: string;
}

/**
 * Where the branches of a repository of a run go. What its plan says has no password: that is read where the configuration
 * has it, each time it is needed.
 * @param named another remote than that of the plan
 * @throws OrchestraError PUBLISH_REMOTE_UNKNOWN
 */
export async function remoteOf(
  git: Git,
  planned: PlannedRepository,
  { workspace }: Pick<Configuration, 'workspace'>,
  named?: string,
): Promise<Remote> {
  const configured = workspace?.repos?.[planned.name]?.remote;
  const remote = named ?? withSignIn(planned.remote ?? usualRemote, configured);
  const address = await addressOf(git, planned, remote);
  // Of a remote by name git itself would hand a password on to programs it starts.
  const hasPassword = signInOf(address).address !== address;
  return { remote: hasPassword ? address : remote, address };
}

function withSignIn(recorded: string, configured: string | undefined): string {
  if (configured === undefined || signInOf(configured).address !== signInOf(recorded).address) return recorded;
  return configured;
}

async function addressOf(git: Git, { path, name }: PlannedRepository, remote: string): Promise<string> {
  const named = await git.run(['remote', 'get-url', '--push', '--', remote], { cwd: path });
  if (named.exitCode === 0) return named.stdout.toString('utf8').trim();
  if (/[/:]/.test(remote)) return remote;
  throw new OrchestraError('PUBLISH_REMOTE_UNKNOWN', `repository ${name} has no remote ${remote}`);
}
