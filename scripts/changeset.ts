import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/**
 * `npm run changeset -- [add|status|version]`. Changesets knows a single package or the members of a
 * workspace, never a root that is published itself; so it works on a copy in which we are a single
 * package, and what it wrote is copied back.
 */
const root = resolve(import.meta.dirname, '..');
const copied = ['.changeset', 'CHANGELOG.md'];
const stage = mkdtempSync(join(tmpdir(), 'orchestra-changeset-'));

interface Manifest {
  version: string;
  workspaces?: unknown;
}

const readManifest = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
const writeManifest = (folder: string, manifest: Manifest): void =>
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
const copy = (from: string, to: string): void => {
  for (const name of copied) {
    rmSync(join(to, name), { recursive: true, force: true });
    cpSync(join(from, name), join(to, name), { recursive: true });
  }
};

try {
  copy(root, stage);
  const manifest = readManifest(root);
  writeManifest(stage, { ...manifest, workspaces: undefined });
  const changeset = join(root, 'node_modules/@changesets/cli/bin.js');
  const { status } = spawnSync(process.execPath, [changeset, ...process.argv.slice(2)], {
    cwd: stage,
    stdio: 'inherit',
    env: { ...process.env, GIT_DIR: join(root, '.git'), GIT_WORK_TREE: stage },
  });
  process.exitCode = status ?? 1;
  if (status === 0) {
    copy(stage, root);
    writeManifest(root, { ...manifest, version: readManifest(stage).version });
  }
} finally {
  rmSync(stage, { recursive: true });
}
