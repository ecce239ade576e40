import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { findMountType, refuseNetworkFileSystem } from './network-file-system.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

test.each([
  ['NFS', 0x6969],
  ['CIFS', 0xff534d42],
  // statfs may give the number with its sign bit taken for a sign.
  ['CIFS', 0xff534d42 | 0],
  ['9p', 0x01021997],
])('a folder on %s is refused with the way out', (name, type) => {
  const refused = expect.objectContaining({
    code: 'NETWORK_FILE_SYSTEM',
    message: expect.stringContaining(name),
    hint: expect.stringContaining('ORCHESTRA_HOME'),
  });
  expect(() => refuseNetworkFileSystem('/shared', () => type)).toThrow(refused);
});

verifies('durability:journal:network', 'a journal that would lie there is not made', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-network-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await expect(openSqliteJournal({ folder, fileSystemOf: () => 0x6969 })).rejects.toMatchObject({
    code: 'NETWORK_FILE_SYSTEM',
  });
  expect(existsSync(join(folder, 'journal.db'))).toBe(false);
});

const mounts = `22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
95 28 0:48 / /home/me/far rw,nosuid,nodev shared:52 - fuse.sshfs me@host:/ rw,user_id=0
96 28 259:70000 / /mnt/disk rw shared:53 - fuseblk /dev/nvme0n1p1 rw
`;

test('of FUSE, programs that show another host are refused, and no others', () => {
  const on = (mountType: string | undefined) => () =>
    refuseNetworkFileSystem(
      '/fuse',
      () => 0x65735546,
      () => mountType,
    );
  expect(on('fuse.sshfs')).toThrow('a network file system (sshfs)');
  expect(on('fuse.glusterfs')).toThrow(expect.objectContaining({ code: 'NETWORK_FILE_SYSTEM' }));
  for (const fine of ['fuseblk', 'fuse.encfs', 'virtiofs', undefined]) expect(on(fine)).not.toThrow();
});

test('the type of a mount is found by its device', () => {
  expect(findMountType(mounts, 48)).toBe('fuse.sshfs');
  // 259:70000, as dev_t.
  expect(findMountType(mounts, 0x11110370)).toBe('fuseblk');
  expect(findMountType(mounts, 99)).toBeUndefined();
});

test('ext4 is fine, and so is the folder of this test', () => {
  expect(() => refuseNetworkFileSystem('/disk', () => 0xef53)).not.toThrow();
  expect(() => refuseNetworkFileSystem(import.meta.dirname)).not.toThrow();
});
