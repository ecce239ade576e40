import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BoundedText } from '../../src/shared/process/bounded-text.ts';
import { startConfined, type ConfinedGroup } from '../../src/shared/process/confined-group.ts';
import { createConfinement } from '../../src/workspace/sandbox/create-confinement.ts';
import type { ConfinedOrder } from '../support/confined-host.ts';

/*
 * Containers end with what they are started for. A program stands in the engine's place that starts a "container" as one
 * does: as nobody's child, in a session of its own, with none of our marks, deaf to the death of whoever asked for it.
 */

const engine = `#!/bin/sh
state=$(dirname "$0")
case $1 in
version) echo 1.2.3 ;;
kill) echo "$2" >>"$state/killed"; kill -s KILL -- "-$(cat "$state/$2")" ;;
run)
  while [ "$1" != --name ]; do shift; done
  ( env -i setsid sh -c 'echo $$ >"$1"; trap "" TERM; sleep 300; sleep 300' sh "$state/$2" 9>&- & )
  echo "$*" >"$state/asked"
  printf '%s' "$SECRET" >"$state/seen"
  until [ -s "$state/$2" ]; do sleep 0.05; done
  : >"$state/up"
  [ "$ENDS" = yes ] && exit 4
  sleep 300
  ;;
esac
`;

let root: string;
let env: Record<string, string>;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'container-'));
  mkdirSync(join(root, 'work'));
  writeFileSync(join(root, 'docker'), engine, { mode: 0o755 });
  env = { PATH: `${root}:/usr/bin:/bin`, HOME: root, SECRET: 'a secret' };
});
afterEach(() => rmSync(root, { recursive: true }));

const sandbox = { kind: 'docker', image: 'image' } as const;

function start(more: Readonly<Record<string, string>> = {}): Promise<ConfinedGroup> {
  return startConfined({
    ...{ command: 'agent', args: ['--do', 'it'], cwd: join(root, 'work'), env: { ...env, ...more } },
    ...{ operation: `test/${randomUUID()}`, graceMs: 100, signal: new AbortController().signal },
    confinement: createConfinement({ sandbox, env }),
  });
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

const isUp = (): boolean => existsSync(join(root, 'up'));
const read = (name: string): string => readFileSync(join(root, name), 'utf8');
/** The name of the container that was killed, once it was. */
async function killed(): Promise<string> {
  await until(() => existsSync(join(root, 'killed')) && read('killed') !== '');
  return read('killed').trim();
}

function isAlive(group: number): boolean {
  try {
    process.kill(-group, 0);
    // A zombie counts until somebody takes note of it; it runs nothing.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${group}/status`, 'utf8'));
  } catch {
    return false;
  }
}

test('the engine is asked for the program, and told what it needs by names', async () => {
  const group = await start({ ENDS: 'yes' });
  const [, exit] = await Promise.all([BoundedText.of(group.stderr, 1000, 1000), group.exited]);
  expect(exit.exitCode).toBe(4);
  expect(read('asked')).toMatch(/--name orchestra-\S+ .*--env SECRET .*--entrypoint agent image --do it\n$/);
  expect(read('asked')).not.toContain('a secret');
  expect(read('seen')).toBe('a secret');
});

test('an end, deaf as the container may be, is that of the container', async () => {
  const group = await start();
  await until(isUp);
  expect((await group.end()).survivors).toEqual([]);
  const leader = Number(read(await killed()));
  await until(() => !isAlive(leader));
});

test('so is the death of Orchestra', async () => {
  const order: ConfinedOrder = { sandbox, script: 'true', cwd: join(root, 'work'), env, operation: randomUUID() };
  const program = join(import.meta.dirname, '../support/confined-host.ts');
  const host = spawn(process.execPath, [program, JSON.stringify(order)], {
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(isUp);
  host.kill('SIGKILL');
  const leader = Number(read(await killed()));
  await until(() => !isAlive(leader));
});
