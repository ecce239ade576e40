/** Whether a host may be reached at a port. */
export type HostFilter = (host: string, port: number) => boolean;

/** Those of HTTP and HTTPS, where an entry names none. */
const usualPorts: ReadonlySet<number> = new Set([80, 443]);

/**
 * The filter that a list means: `api.example.com` is that host, `*.example.com` all below it, at the ports of HTTP and
 * HTTPS; `example.com:8443` is one port of it.
 */
export function hostFilter(allow: readonly string[]): HostFilter {
  const entries = allow.map((entry) => {
    const [name = '', port] = entry.toLowerCase().split(':');
    return { name, port: port === undefined ? undefined : Number(port) };
  });
  return (host, port) => {
    const asked = host.toLowerCase().replace(/\.$/, '');
    return entries.some(
      (entry) => names(entry.name, asked) && (entry.port === undefined ? usualPorts.has(port) : entry.port === port),
    );
  };
}

function names(pattern: string, host: string): boolean {
  return pattern.startsWith('*.') ? host.endsWith(pattern.slice(1)) : host === pattern;
}

const loopback = ['localhost', '127.0.0.1'];

/** What a program inside reaches without the proxy: its own loopback, unless that of the machine is meant. */
export function withoutProxy(allow: readonly string[]): string {
  return loopback.filter((name) => !allow.some((entry) => entry.split(':')[0] === name)).join(',');
}
