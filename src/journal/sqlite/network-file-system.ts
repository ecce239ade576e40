import { statfsSync, statSync } from 'node:fs';
import { OrchestraError } from '../../shared/errors.ts';
import { readOptional } from '../../shared/process/identity.ts';

/** File system types of Linux that live on another host, by the magic number of statfs(2). */
const networkTypes: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xfe534d42: 'SMB',
  0xff534d42: 'CIFS',
  0x01021997: '9p',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x73757245: 'Coda',
  0x564c: 'NCP',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
};

const fuse = 0x65735546;

/**
 * Programs that show the files of another host through FUSE, as the mount's type names them (`fuse.sshfs`).
 * Others are let in: a file system of this machine's own, or a folder its virtual machine shares with it
 * (virtiofs), whose locks hold among the processes on this side.
 */
const networkPrograms: ReadonlySet<string> = new Set([
  'afpfs',
  'blobfuse',
  'blobfuse2',
  'ceph',
  'ceph-fuse',
  'curlftpfs',
  'davfs',
  'gcsfuse',
  'glusterfs',
  'goofys',
  'gvfsd-fuse',
  'juicefs',
  'lizardfs',
  'mfs',
  'mountpoint-s3',
  'rclone',
  's3fs',
  'seaweedfs',
  'smbnetfs',
  'sshfs',
]);

/** Throws `NETWORK_FILE_SYSTEM` when the folder, which must exist, lies where the locks of SQLite do not hold. */
export function refuseNetworkFileSystem(
  folder: string,
  typeOf: (folder: string) => number = fileSystemType,
  mountTypeOf: (folder: string) => string | undefined = mountType,
): void {
  const type = typeOf(folder) >>> 0;
  const program = type === fuse ? mountTypeOf(folder)?.replace(/^fuse\./, '') : undefined;
  const name = program !== undefined && networkPrograms.has(program) ? program : networkTypes[type];
  if (name === undefined) return;
  throw new OrchestraError('NETWORK_FILE_SYSTEM', `${folder} lies on a network file system (${name}).`, {
    details: { folder, fileSystem: name },
  });
}

/** The type of the mount a folder lies on, such as `fuse.sshfs`; undefined where the system does not tell. */
function mountType(folder: string): string | undefined {
  const mounts = readOptional('/proc/self/mountinfo');
  return mounts === undefined ? undefined : findMountType(mounts, statSync(folder).dev);
}

/** Looks a device up in the text of /proc/self/mountinfo, see proc_pid_mountinfo(5). */
export function findMountType(mounts: string, device: number): string | undefined {
  // As the C library takes a dev_t apart.
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  const line = mounts.split('\n').findLast((mount) => mount.split(' ')[2] === `${major}:${minor}`);
  return / - (\S+) /.exec(line ?? '')?.[1];
}

function fileSystemType(folder: string): number {
  // Elsewhere the numbers mean other things.
  return process.platform === 'linux' ? statfsSync(folder).type : 0;
}
