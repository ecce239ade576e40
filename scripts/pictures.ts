import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Recorder } from './pictures/recorder.ts';
import { terminalSvg } from './pictures/terminal-svg.ts';

/**
 * `npm run pictures`: records the live view for the docs. The command line, its journal and the terminal
 * (tmux) are real; the agent is a stand-in, so that neither a key nor a network is needed.
 */
const root = resolve(import.meta.dirname, '..');
const size = { columns: 96, rows: 27 };
const stage = mkdtempSync(join(tmpdir(), 'orchestra-pictures-'));

try {
  const [folder, bin, home] = ['project', 'bin', 'home'].map((name) => join(stage, name)) as [string, string, string];
  for (const path of [folder, bin, home]) mkdirSync(path);
  copyFileSync(join(root, 'scripts/pictures/dark-mode.dot'), join(folder, 'dark-mode.dot'));
  symlinkSync(process.execPath, join(bin, 'node'));
  writeProgram(join(bin, 'orchestra'), join(root, 'bin/orchestra.js'));
  writeProgram(join(bin, 'claude'), join(root, 'scripts/pictures/stand-in-agent.ts'));
  const env = { PATH: `${bin}:/usr/bin:/bin`, HOME: home, LANG: 'C.UTF-8', TZ: 'UTC' };
  let still: number;
  const recorder = new Recorder({ folder, socket: join(stage, 'tmux'), env, ...size });
  try {
    await recorder.until('$');
    await recorder.type('orchestra run dark-mode.dot');
    await recorder.until('Select:');
    still = recorder.frames.length - 1;
    await recorder.watch(2_000);
    await recorder.type('y');
    await recorder.until('[Pipeline] completed');
    await recorder.watch(500);
  } finally {
    recorder.end();
  }
  const target = join(root, 'docs/pictures/live-view.svg');
  mkdirSync(join(root, 'docs/pictures'), { recursive: true });
  const title = 'A pipeline of agents, seen live in a terminal';
  writeFileSync(target, terminalSvg({ frames: recorder.frames, still, ...size, title }));
  console.log(target);
} finally {
  rmSync(stage, { recursive: true, force: true, maxRetries: 5 });
}

/** A program of that name which runs a script of ours. */
function writeProgram(path: string, script: string): void {
  writeFileSync(path, `#!/bin/sh\nexec node '${script}' "$@"\n`, { mode: 0o755 });
}
