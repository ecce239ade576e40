import { statfsSync } from 'node:fs';
import { OrchestraError } from '../../shared/errors.ts';

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

/** Throws `NETWORK_FILE_SYSTEM` when the folder, which must exist, lies where the locks of SQLite do not hold. */
export function refuseNetworkFileSystem(folder: string, typeOf: (folder: string) => number = fileSystemType): void {
  const name = networkTypes[typeOf(folder) >>> 0];
  if (name === undefined) return;
  throw new OrchestraError('NETWORK_FILE_SYSTEM', `${folder} lies on a network file system (${name}).`, {
    details: { folder, fileSystem: name },
  });
}

function fileSystemType(folder: string): number {
  // Elsewhere the numbers mean other things.
  return process.platform === 'linux' ? statfsSync(folder).type : 0;
}
