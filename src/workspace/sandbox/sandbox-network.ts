import { OrchestraError } from '../../shared/errors.ts';
import { hostFilter, withoutProxy } from './allowed-hosts.ts';
import { readOnly, type Mount } from './mount.ts';

/** What lets a sandbox without a network reach some hosts. */
export interface SandboxNetwork {
  readonly mounts: readonly Mount[];
  readonly launcher: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** `host:port` of everybody who was asked for and is not allowed. */
  refused(): readonly string[];
  close(): Promise<void>;
}

export const noNetwork: SandboxNetwork = {
  mounts: [],
  launcher: [],
  env: {},
  refused: () => [],
  close: async () => undefined,
};

/** In a network of its own every port is free. */
const port = 3128;

// Beside this file, as `.ts` in a checkout and as `.js` in the package.
const relayProgram = import.meta.filename.replace(/sandbox-network(\.[jt]s)$/, 'network-relay$1');

/** Starts the relay, waits until it listens, and becomes the program. */
const launch = `
ready=/tmp/.orchestra-relay
mkfifo "$ready" || exit 125
"$1" "$2" "$3" "$4" >"$ready" 2>&1 &
read -r said <"$ready"
rm "$ready"
[ "$said" = ready ] || { echo "the sandbox has no way to the network: $said" >&2; exit 125; }
shift 4
exec "$@"
`;

const proxyVariables = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

/**
 * A proxy for these hosts, and what leads to it from inside: its socket, a relay from a port of the sandbox's loopback to
 * that, and the variables by which programs know of proxies. A program that ignores them reaches nobody.
 */
export async function allowedNetwork(
  allow: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<SandboxNetwork> {
  const names = proxyVariables.flatMap((name) => [name, name.toLowerCase()]);
  const other = names.find((name) => (env[name] ?? '') !== '');
  if (other !== undefined)
    throw new OrchestraError(
      'SANDBOX_UNAVAILABLE',
      `the hosts in \`allow\` cannot be reached through the proxy of ${other}`,
      {
        hint: `Unset ${other}, or say \`network: on\`.`,
      },
    );
  // Only where it filters: all of HTTP is loaded with it.
  const { startFilterProxy } = await import('./filter-proxy.ts');
  const proxy = await startFilterProxy(hostFilter(allow));
  const { execPath } = process;
  const [address, direct] = [`http://127.0.0.1:${port}`, withoutProxy(allow)];
  return {
    mounts: [execPath, relayProgram, proxy.socket].map(readOnly),
    launcher: ['/bin/sh', '-c', launch, 'sh', execPath, relayProgram, String(port), proxy.socket],
    env: {
      ...Object.fromEntries(names.map((name) => [name, address])),
      NO_PROXY: direct,
      no_proxy: direct,
      // Node.js itself asks for this much.
      NODE_USE_ENV_PROXY: '1',
    },
    refused: () => [...proxy.refused],
    close: () => proxy.close(),
  };
}
