import { readFileSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem, type } from 'node:os';

/** What a reader needs to judge the numbers; nothing that names the machine or its owner. */
export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGb: number;
  /** With the numeric part of the release only. */
  readonly system: string;
  /** Type of the file system the measurements write to. */
  readonly fileSystem: string;
  readonly node: string;
  readonly sqlite: string;
  readonly orchestra: string;
}

/** By the magic number of statfs(2). */
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x01021994, 'tmpfs'],
  [0x794c7630, 'overlay'],
  [0x1a, 'apfs'],
]);

export function describeMachine(folder: string): Machine {
  const processors = cpus();
  const manifest = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  };
  const magic = statfsSync(folder).type;
  return {
    processor: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${/^[\d.]+\d/.exec(release())?.[0] ?? ''}`.trim(),
    fileSystem: fileSystems.get(magic) ?? `type 0x${magic.toString(16)}`,
    node: process.versions.node,
    sqlite: process.versions['sqlite'] ?? 'unknown',
    orchestra: manifest.version,
  };
}
