import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const here = import.meta.dirname;

/**
 * Installs what Orchestra is measured beside, unless it is there, and checks that our programs for it fit.
 * @throws Error with what npm or the compiler said
 */
export function preparePeers(tell: (line: string) => void): void {
  if (!areInstalled()) {
    tell('installing the peers (bench/package.json)');
    runIn(here, 'npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
  }
  const compiler = join(here, '../node_modules/typescript-7/bin/tsc');
  runIn(here, process.execPath, [compiler, '-p', 'peers']);
}

/** The versions of what is compared, as the page shows them. */
export function peerVersions(): Readonly<Record<string, string>> {
  const { dependencies, overrides } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as Record<
    'dependencies' | 'overrides',
    Readonly<Record<string, string>>
  >;
  return { ...dependencies, ...overrides };
}

/** npm leaves a copy of the lockfile it installed; ours is newer when it was changed since. */
function areInstalled(): boolean {
  const installed = join(here, 'node_modules/.package-lock.json');
  return existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(here, 'package-lock.json')).mtimeMs;
}

function runIn(cwd: string, command: string, words: readonly string[]): void {
  const { status, stdout, stderr, error } = spawnSync(command, words, { cwd, encoding: 'utf8' });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${words.join(' ')} failed:\n${stdout}${stderr}`);
}
