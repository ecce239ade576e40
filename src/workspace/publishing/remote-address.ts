import { percentDecoded } from '../percent-decoded.ts';

/** Where a remote lies, as far as its address tells. */
export interface RemoteAddress {
  readonly scheme: 'http' | 'https' | 'ssh';
  /** In lower case, without a port; an address of IPv6 in brackets. */
  readonly host: string;
  /** Where the address names one. */
  readonly port?: number;
  /** What stands behind the host, without slashes around it and without `.git`: `owner/name`, `group/subgroup/name`. */
  readonly path: string;
}

/**
 * Takes the address of a remote apart: `https://host/owner/name.git`, `ssh://git@host:22/owner/name`, and
 * `git@host:owner/name.git` in the manner of scp. Undefined for folders, bundles and what nobody has an API at.
 */
export function parseRemote(remote: string): RemoteAddress | undefined {
  const text = remote.trim();
  return /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? fromUrl(text) : fromScp(text);
}

/** A text in which every address is without its user and password, to be shown and recorded: an address, or what git says of it. */
export function withoutCredentials(text: string): string {
  // What stands before the last `@` of an authority is nobody's business.
  return text.trim().replace(/\b([a-z][a-z\d+.-]*:\/\/)[^/?#\s'"]*@/gi, '$1');
}

const schemes: Readonly<Record<string, RemoteAddress['scheme']>> = {
  'http:': 'http',
  'https:': 'https',
  'ssh:': 'ssh',
  'git+ssh:': 'ssh',
  'ssh+git:': 'ssh',
};

function fromUrl(text: string): RemoteAddress | undefined {
  const url = URL.parse(text);
  const scheme = url ? schemes[url.protocol] : undefined;
  if (!url || !scheme || url.hostname === '') return undefined;
  const path = pathIn(url.pathname);
  if (path === undefined) return undefined;
  return { scheme, host: url.hostname.toLowerCase(), ...(url.port !== '' && { port: Number(url.port) }), path };
}

/** A colon before the first slash makes an address of it, as Git has it; a single letter before it is a drive. */
function fromScp(text: string): RemoteAddress | undefined {
  const found = /^(?:[^@/]+@)?(\[[\da-f:.]+\]|[^:/@]{2,}):(.+)$/i.exec(text);
  const path = pathIn(found?.[2] ?? '');
  return found?.[1] !== undefined && path !== undefined
    ? { scheme: 'ssh', host: found[1].toLowerCase(), path }
    : undefined;
}

/** Undefined where it names no repository of somebody: `name`, `~/name`, `a//b`, `../b`. */
function pathIn(text: string): string | undefined {
  const segments = percentDecoded(text.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')).split('/');
  const isPlain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  return segments.length >= 2 && isPlain && !text.startsWith('~') ? segments.join('/') : undefined;
}
