import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { Git } from '../../src/workspace/git/git.ts';
import { addWorktree } from '../../src/workspace/git/worktree.ts';

/** A temporary folder with a user's home and their checkout, and the git program as that user has it. */
export interface GitScene {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  readonly git: Git;
  /** The user's checkout: on `main`, with one commit of `README.md`. */
  readonly checkout: string;
  /** What a person would type; gives what is printed. */
  run(cwd: string, ...args: readonly string[]): string;
  write(folder: string, path: string, text: string): void;
  /** Writes files and commits them as the user does. */
  commit(folder: string, files: Readonly<Record<string, string>>, message?: string): string;
  /** A worktree of the checkout as runs have them, on a branch of its name. */
  worktree(name: string, at?: string): Promise<SceneWorktree>;
}

export interface SceneWorktree {
  readonly repository: string;
  readonly folder: string;
  readonly branch: string;
  readonly at: string;
}

export function gitScene(): GitScene {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-git-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const home = join(folder, 'home');
  const checkout = join(folder, 'checkout');
  for (const path of [home, checkout]) mkdirSync(path);
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  const run = (cwd: string, ...args: readonly string[]): string =>
    execFileSync('git', args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trimEnd();
  const write = (top: string, path: string, text: string): void => {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), text);
  };
  const commit: GitScene['commit'] = (top, files, message = 'A change') => {
    for (const [path, text] of Object.entries(files)) write(top, path, text);
    run(top, 'add', '--all');
    run(top, 'commit', '--quiet', '--no-verify', '-m', message);
    return run(top, 'rev-parse', 'HEAD');
  };
  run(home, 'config', '--global', 'user.name', 'Ada');
  run(home, 'config', '--global', 'user.email', 'ada@example.org');
  run(home, 'config', '--global', 'init.defaultBranch', 'main');
  run(checkout, 'init', '--quiet');
  commit(checkout, { 'README.md': 'Hello\n' }, 'First');
  const git = new Git({ env });
  const worktree: GitScene['worktree'] = async (name, at = run(checkout, 'rev-parse', 'HEAD')) => {
    const wanted = {
      repository: checkout,
      folder: join(folder, 'worktrees', name),
      branch: `orchestra/p/r/${name}`,
      at,
    };
    await addWorktree(git, wanted);
    return wanted;
  };
  return { folder, env, git, checkout, run, write, commit, worktree };
}

/** Puts a program of the user's in the way of git. */
export function installHook(scene: GitScene, name: string, script: string): void {
  const path = join(scene.checkout, '.git/hooks', name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

/**
 * A digest of a whole folder: names, kinds, modes, contents; of `.git` its index, HEAD and branches. What others may add there
 * (objects, worktrees, refs of other names) is left out.
 */
export function digestOf(folder: string): string {
  const hash = createHash('sha256');
  // Bytes as characters: not every name is UTF-8.
  const visit = (path: Buffer, name: string): void => {
    const facts = lstatSync(path);
    hash.update(`${name}\0${facts.mode}\0`);
    if (facts.isSymbolicLink()) hash.update(readlinkSync(path));
    else if (facts.isFile()) hash.update(readFileSync(path));
    else if (facts.isDirectory()) for (const entry of readdirSync(path, 'latin1').toSorted()) enter(path, name, entry);
  };
  const enter = (path: Buffer, name: string, entry: string): void => {
    if (growing.test(join(name, entry))) return;
    visit(Buffer.concat([path, Buffer.from(`/${entry}`, 'latin1')]), join(name, entry));
  };
  visit(Buffer.from(folder), '.');
  return hash.digest('hex');
}

const growing = /^\.git\/(?:objects|worktrees|modules|refs|logs\/refs|packed-refs)$/;
