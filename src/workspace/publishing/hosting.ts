import { OrchestraError } from '../../shared/errors.ts';
import { parseRemote, withoutCredentials, type RemoteAddress } from './remote-address.ts';

export type HostKind = 'github' | 'gitlab' | 'gitea' | 'forgejo';

/** Where a repository is kept, and how its keeper is talked to. */
export interface Hosting {
  readonly kind: HostKind;
  /** Host name without a port. */
  readonly host: string;
  /** Root of the API, without a slash at its end. */
  readonly api: string;
  /** Whether the API was named and does not follow from the host: programs such as `gh` know nothing of it. */
  readonly apiIsNamed: boolean;
  /** `owner/name`; of GitLab with all its groups. */
  readonly repository: string;
}

/** What is said of it in the configuration (`workspace.publish`). */
export interface HostingOptions {
  readonly host?: HostKind | undefined;
  readonly api?: string | undefined;
}

/**
 * Tells from the address of a remote, and what is said of it, where change requests are made.
 * @throws OrchestraError PUBLISH_HOST_UNKNOWN where neither tells
 */
export function hostingOf(remote: string, options: HostingOptions = {}): Hosting {
  const address = parseRemote(remote);
  if (!address) throw unknown(remote, 'is the address of no repository on GitHub, GitLab, Gitea or Forgejo');
  const host = throughFirewalls[address.host] ?? address.host;
  const kind = options.host ?? kindOf(host);
  if (!kind) throw unknown(remote, 'does not tell what kind of host it is', namesHost);
  const segments = address.path.split('/');
  const folder = options.api === undefined ? folderOf(kind, { ...address, host }) : folderIn(options.api, segments);
  const api = options.api ?? [origin(remote, { ...address, host }, kind), ...folder].join('/') + apiPaths[kind](host);
  return {
    kind,
    host,
    api: api.replace(/\/+$/, ''),
    apiIsNamed: options.api !== undefined,
    repository: repositoryOf(remote, kind, segments.slice(folder.length)),
  };
}

const namesHost = 'Name it in orchestra.yaml: `workspace.publish.host` (github, gitlab, gitea or forgejo).';
const namesApi = 'Name it in orchestra.yaml: `workspace.publish.api`.';

/** Hosts for SSH over the port of HTTPS. */
const throughFirewalls: Readonly<Record<string, string>> = {
  'ssh.github.com': 'github.com',
  'altssh.gitlab.com': 'gitlab.com',
};

const knownHosts: Readonly<Record<string, HostKind>> = { 'codeberg.org': 'forgejo' };

/** `github.com`, `gitlab.example.org`, `git.gitea.example`: the name says it. Tenants of GitHub's cloud end in `.ghe.com`. */
function kindOf(host: string): HostKind | undefined {
  if (host.endsWith('.ghe.com')) return 'github';
  const kinds: readonly HostKind[] = ['github', 'gitlab', 'gitea', 'forgejo'];
  return knownHosts[host] ?? kinds.find((kind) => host.split('.').slice(0, -1).includes(kind));
}

const apiPaths: Readonly<Record<HostKind, (host: string) => string>> = {
  github: (host) => (isGithubCloud(host) ? '' : '/api/v3'),
  gitlab: () => '/api/v4',
  gitea: () => '/api/v1',
  forgejo: () => '/api/v1',
};

function isGithubCloud(host: string): boolean {
  return host === 'github.com' || host.endsWith('.ghe.com');
}

/**
 * Always over TLS, as a token goes along: what is reached by SSH has its API there in all likelihood, and what is
 * reached in clear text only where it is this machine.
 */
function origin(remote: string, { scheme, host, port }: RemoteAddress, kind: HostKind): string {
  if (kind === 'github' && isGithubCloud(host)) return `https://api.${host}`;
  if (scheme === 'ssh') return `https://${host}`;
  if (scheme === 'http' && !isThisMachine(host)) {
    throw unknown(remote, 'is in clear text, and a token is sent nowhere in clear text unasked', namesApi);
  }
  return `${scheme}://${host}${port === undefined ? '' : `:${port}`}`;
}

function isThisMachine(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Where the host is served from a folder of a web server: owner and name are two segments, only GitLab has groups in groups. */
function folderOf(kind: HostKind, { scheme, host, path }: RemoteAddress): readonly string[] {
  return kind === 'gitlab' || scheme === 'ssh' || isGithubCloud(host) ? [] : path.split('/').slice(0, -2);
}

/** The folder that the root of the API and the address of the remote have in common. */
function folderIn(api: string, segments: readonly string[]): readonly string[] {
  const path = URL.parse(api)?.pathname.replace(/^\/+|\/*(?:api\/v\d+)?\/*$/g, '') ?? '';
  const folder = path === '' ? [] : path.split('/');
  return folder.every((name, index) => segments[index] === name) ? folder : [];
}

function repositoryOf(remote: string, kind: HostKind, segments: readonly string[]): string {
  const fits = kind === 'gitlab' ? segments.length >= 2 : segments.length === 2;
  if (!fits) throw unknown(remote, 'has no owner and name at its end', namesApi);
  return segments.join('/');
}

function unknown(remote: string, what: string, hint?: string): OrchestraError {
  return new OrchestraError(
    'PUBLISH_HOST_UNKNOWN',
    `${withoutCredentials(remote)} ${what}.`,
    hint === undefined ? {} : { hint },
  );
}
