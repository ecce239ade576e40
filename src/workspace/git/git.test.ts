import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { Git } from './git.ts';

test('a repository of the caller is not taken for that of the folder', async () => {
  const { checkout, folder, env } = gitScene();
  const astray = { ...env, GIT_DIR: folder, GIT_WORK_TREE: folder, GIT_INDEX_FILE: join(folder, 'index') };
  expect(await new Git({ env: astray }).text(['rev-parse', '--show-toplevel'], { cwd: checkout })).toBe(checkout);
});

test('nothing of the environment reaches git that it does not need', async () => {
  const { checkout, folder, env } = gitScene();
  writeFileSync(join(folder, 'told'), '#!/bin/sh\nenv >&2\n', { mode: 0o755 });
  const git = new Git({ env: { ...env, API_KEY: 'secret-value', SSH_AUTH_SOCK: '/agent' } });
  const { stderr } = await git.run(['-c', `alias.told=!${join(folder, 'told')}`, 'told'], { cwd: checkout });
  expect(stderr).not.toContain('secret-value');
  expect(stderr).toMatch(/^SSH_AUTH_SOCK=\/agent$/m);
  expect(stderr).toMatch(/^GIT_TERMINAL_PROMPT=0$/m);
});

test('without git the error says so', async () => {
  const { folder, checkout } = gitScene();
  const git = new Git({ env: { PATH: folder } });
  await expect(git.text(['status'], { cwd: checkout })).rejects.toMatchObject({ code: 'GIT_MISSING' });
});

test('a git that is too old is refused', async () => {
  const { folder, checkout, env } = gitScene();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/git'), '#!/bin/sh\necho git version 2.37.9\n');
  chmodSync(join(folder, 'bin/git'), 0o755);
  const git = new Git({ env: { ...env, PATH: `${join(folder, 'bin')}:${env['PATH']}` } });
  await expect(git.text(['status'], { cwd: checkout })).rejects.toMatchObject({
    code: 'GIT_TOO_OLD',
    message: 'git version 2.37.9 is older than 2.38.',
  });
});

test('its version is asked for once in a process, whoever uses it', async () => {
  const { folder, checkout, env } = gitScene();
  const asked = join(folder, 'asked');
  const told = `#!/bin/sh\n[ "$1" = version ] && echo asked >> '${asked}'\nPATH='${env['PATH']}' exec git "$@"\n`;
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin/git'), told, { mode: 0o755 });
  const path = { ...env, PATH: `${join(folder, 'bin')}:${env['PATH']}` };
  const heads = [new Git({ env: path }), new Git({ env: { ...path, HOME: folder } })].map((git) =>
    git.text(['rev-parse', 'HEAD'], { cwd: checkout }),
  );
  expect(new Set(await Promise.all(heads)).size).toBe(1);
  expect(readFileSync(asked, 'utf8')).toBe('asked\n');
});

test('what git says of a failure is in the error, without passwords', async () => {
  const { checkout, git } = gitScene();
  const failing = git.text(['fetch', 'ftp://ada:pass%20word@127.0.0.1/x'], { cwd: checkout });
  await expect(failing).rejects.toMatchObject({
    code: 'GIT_FAILED',
    hint: expect.not.stringContaining('pass%20word') as string,
  });
  await expect(git.text(['rev-parse', 'nowhere'], { cwd: checkout })).rejects.toThrow('unknown revision');
});

test('a lock that another git gives up is waited for', async () => {
  const { checkout, env, write, run } = gitScene();
  const lock = join(checkout, '.git/index.lock');
  writeFileSync(lock, '');
  write(checkout, 'a.txt', 'a');
  // It goes while we wait: at the first look the lock is there, and the pause gives this process time to remove it.
  const git = new Git({ env, lockPausesMs: Array.from({ length: 100 }, () => 20) });
  const adding = git.text(['add', 'a.txt'], { cwd: checkout });
  await git.text(['rev-parse', 'HEAD'], { cwd: checkout });
  rmSync(lock);
  await adding;
  expect(run(checkout, 'diff', '--cached', '--name-only')).toBe('a.txt');
});

test('a lock that stays is an error that names it', async () => {
  const { checkout, env, write } = gitScene();
  const lock = join(checkout, '.git/index.lock');
  writeFileSync(lock, '');
  write(checkout, 'a.txt', 'a');
  const adding = new Git({ env, lockPausesMs: [1, 1] }).text(['add', 'a.txt'], { cwd: checkout });
  await expect(adding).rejects.toMatchObject({ code: 'GIT_LOCKED', details: { lock } });
});

test('a signal ends a call, and one bound to it ends all', async () => {
  const { checkout, git } = gitScene();
  const stopping = new AbortController();
  // Reads its input, which never ends.
  const waiting = git
    .until(stopping.signal)
    .text(['-c', 'alias.wait=!cat /dev/zero > /dev/null', 'wait'], { cwd: checkout });
  stopping.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('a call that takes too long is ended, with all it started', async () => {
  const { checkout, git } = gitScene();
  const endless = git.text(['-c', 'alias.wait=!cat /dev/zero > /dev/null', 'wait'], { cwd: checkout, timeoutMs: 100 });
  await expect(endless).rejects.toThrow('ended after 0.1 seconds');
});
