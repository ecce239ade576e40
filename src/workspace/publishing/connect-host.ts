import { assertNever, OrchestraError } from '../../shared/errors.ts';
import type { Api } from './api-call.ts';
import type { ChangeRequestHost } from './change-request-host.ts';
import { giteaHost } from './gitea.ts';
import { githubHost } from './github.ts';
import { gitlabHost } from './gitlab.ts';
import type { Hosting } from './hosting.ts';
import { httpApi } from './http-api.ts';
import { programApi, programFor, programProblem, type ProgramPlace } from './program-api.ts';

export interface SignIn extends ProgramPlace {
  /** The environment variable with the token, where the usual ones are not meant (`workspace.publish.token`). */
  readonly tokenVariable?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
}

/** A host to make change requests at. */
export interface ConnectedHost {
  readonly host: ChangeRequestHost;
  /** Goes along with every request, and into no message; absent where a program keeps it. */
  readonly token?: string;
}

/**
 * Signs in where a repository is kept: with a token of the environment, else through `gh` or `glab`.
 * @throws OrchestraError PUBLISH_SIGN_IN_MISSING where neither is there
 */
export async function connectHost(hosting: Hosting, signIn: SignIn): Promise<ConnectedHost> {
  const names = signIn.tokenVariable === undefined ? usualVariables(hosting) : [signIn.tokenVariable];
  const token = names.map((name) => signIn.env[name]?.trim()).find((value) => value !== undefined && value !== '');
  if (token !== undefined) return { host: hostOver(httpApi(hosting, { token, fetch: signIn.fetch }), hosting), token };
  const program = signIn.tokenVariable === undefined ? programFor(hosting) : undefined;
  const problem = program && (await programProblem(program, hosting.host, signIn));
  if (program && problem === undefined) return { host: hostOver(programApi(program, hosting.host, signIn), hosting) };
  throw new OrchestraError(
    'PUBLISH_SIGN_IN_MISSING',
    `Nobody is signed in at ${hosting.host}: ${names.join(' and ')} ${names.length > 1 ? 'are' : 'is'} not set${problem === undefined ? '' : `, and ${problem}`}.`,
    { hint: `Set ${names[0]}${program ? `, or run \`${program.signIn(hosting.host)}\`` : ''}.` },
  );
}

/** Those the programs of the hosts read. A token of GitHub's cloud goes to no server of somebody else. */
function usualVariables({ kind, host }: Hosting): readonly string[] {
  switch (kind) {
    case 'github':
      return host === 'github.com' || host.endsWith('.ghe.com')
        ? ['GH_TOKEN', 'GITHUB_TOKEN']
        : ['GH_ENTERPRISE_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'];
    case 'gitlab':
      return ['GITLAB_TOKEN'];
    case 'gitea':
      return ['GITEA_TOKEN'];
    case 'forgejo':
      return ['FORGEJO_TOKEN', 'GITEA_TOKEN'];
    default:
      return assertNever(kind);
  }
}

function hostOver(api: Api, { kind, repository }: Hosting): ChangeRequestHost {
  switch (kind) {
    case 'github':
      return githubHost(api, repository);
    case 'gitlab':
      return gitlabHost(api, repository);
    case 'gitea':
      return giteaHost('Gitea', api, repository);
    case 'forgejo':
      return giteaHost('Forgejo', api, repository);
    default:
      return assertNever(kind);
  }
}
