import { readlink } from 'node:fs/promises';
import { empty, readOnly, type Mount } from './mount.ts';
import { isWithin, kindOf } from './paths.ts';

/** Programs and libraries; nothing of anybody's own lies there. */
const programFolders = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/opt', '/nix/store'];

/** What of /etc programs need: names, certificates, time, the loader. No passwords, no keys, no settings of services. */
const configuration = [
  'alternatives',
  'ca-certificates',
  'ca-certificates.conf',
  'crypto-policies',
  'fonts',
  'gitconfig',
  'group',
  'host.conf',
  'hosts',
  'inputrc',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'locale.conf',
  'localtime',
  'mime.types',
  'nsswitch.conf',
  'os-release',
  'passwd',
  'pki/tls/certs',
  'pki/ca-trust',
  'protocols',
  'resolv.conf',
  'services',
  'ssl/certs',
  'ssl/openssl.cnf',
  'terminfo',
  'timezone',
].map((name) => `/etc/${name}`);

/** The part of the machine that every sandbox shows, read-only, and a /tmp of its own. */
export async function systemMounts(): Promise<readonly Mount[]> {
  const folders = await Promise.all(programFolders.map(programFolder));
  return [...folders.flat(), ...configuration.map(readOnly), empty('/tmp'), empty('/var/tmp')];
}

/** Whether a path is among what every sandbox shows. */
export function isSystemPath(path: string): boolean {
  return programFolders.some((folder) => isWithin(path, folder));
}

/** On most systems /bin and its like are links into /usr by now. */
async function programFolder(path: string): Promise<readonly Mount[]> {
  const kind = await kindOf(path);
  if (kind === undefined) return [];
  return [kind === 'link' ? { kind, path, target: await readlink(path) } : readOnly(path)];
}
