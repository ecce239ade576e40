/** Variables every agent and tool may see: what programs need to work at all, and nothing that holds a secret. */
export const sharedVariables: readonly string[] = [
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LC_*',
  'TERM',
  'TZ',
  'TMPDIR',
  'XDG_*',
  'SSL_CERT_*',
  'NODE_EXTRA_CA_CERTS',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'ALL_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'all_proxy',
];

export interface EnvironmentRequest {
  /** Where values come from, normally `process.env` as read by `app/`. */
  readonly base: Readonly<Record<string, string | undefined>>;
  /** Names beyond the shared ones that this program may see; a trailing `*` stands for any ending. */
  readonly allow?: readonly string[];
  /** Set last, whatever the list says. */
  readonly set?: Readonly<Record<string, string>>;
}

/** The allow-listed environment of a child process (design.md, "Agents"): nothing is inherited that is not named. */
export function allowedEnvironment(request: EnvironmentRequest): Record<string, string> {
  const patterns = [...sharedVariables, ...(request.allow ?? [])];
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.base)) {
    if (value !== undefined && patterns.some((pattern) => matches(pattern, name))) environment[name] = value;
  }
  return { ...environment, ...request.set };
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}
