import { spawnSync } from 'node:child_process';
import type { CommandOptions } from './cli.ts';

const apart = spawnSync('unshare', ['--user', '--map-root-user', '--net', 'true']).status === 0;

/**
 * How to run a command that can start no program, load no native code and, where the system lets us take the network
 * away, reach no other process: whatever it does, it does alone.
 */
export const nothingOutside: CommandOptions = {
  env: { NODE_OPTIONS: '--permission --allow-fs-read=* --allow-fs-write=* --disable-warning=SecurityWarning' },
  prefix: apart ? ['unshare', '--user', '--map-root-user', '--net'] : [],
};
