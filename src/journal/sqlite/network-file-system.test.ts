import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { refuseNetworkFileSystem } from './network-file-system.ts';
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

test('ext4 is fine, and so is the folder of this test', () => {
  expect(() => refuseNetworkFileSystem('/disk', () => 0xef53)).not.toThrow();
  expect(() => refuseNetworkFileSystem(import.meta.dirname)).not.toThrow();
});
