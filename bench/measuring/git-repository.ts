import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The environment of a user who has nothing but a name. */
export function gitUser(home: string): Record<string, string> {
  const settings = join(home, 'gitconfig');
  writeFileSync(settings, '[user]\n\tname = Ada\n\temail = ada@example.org\n[init]\n\tdefaultBranch = main\n');
  return { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_GLOBAL: settings, GIT_CONFIG_NOSYSTEM: '1' };
}

/** A packed repository with so many small files, fifty in a folder. */
export function makeRepository(folder: string, files: number, env: Readonly<Record<string, string>>): void {
  mkdirSync(folder);
  const git = (...args: readonly string[]): unknown => execFileSync('git', args, { cwd: folder, env, stdio: 'ignore' });
  git('init', '--quiet');
  for (let index = 0; index < files; index += 1) {
    const path = join(folder, fileNumber(index));
    if (index % 50 === 0) mkdirSync(join(path, '..'), { recursive: true });
    writeFileSync(path, `file ${index}\n${'x'.repeat(200)}\n`);
  }
  git('add', '--all');
  git('-c', 'gc.auto=0', 'commit', '--quiet', '--message', 'base');
  git('repack', '-a', '-d', '--quiet');
}

/** Where the file of a number lies. */
export function fileNumber(index: number): string {
  return `part-${Math.floor(index / 1000)}/folder-${Math.floor(index / 50) % 20}/file-${index}.txt`;
}
