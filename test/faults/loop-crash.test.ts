import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { until } from '../support/cli.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import { sized } from '../support/size.ts';

/* The loop backend in a process of its own that is killed: no finished call of a tool is ever made again. */

let server: ModelServer;
let folder: string;
beforeEach(async () => {
  server = await startModelServer();
  folder = mkdtempSync(join(tmpdir(), 'loop-crash-'));
  const usage = { input_tokens: 10, output_tokens: 1 };
  for (const [turnIndex, path] of ['first', 'wait', 'last'].entries()) {
    const thought = { content: `Now ${path}.`, reasoning: `thinking of ${path}`, usage };
    server.mock.on({ turnIndex }, { ...thought, toolCalls: [{ name: 'note', arguments: JSON.stringify({ path }) }] });
  }
  server.mock.on({ turnIndex: 3 }, { content: 'All noted.', usage });
});
afterEach(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

interface Line {
  readonly status: string;
  readonly context: { readonly last_response?: string };
  readonly usage?: object;
}

function start(env: Readonly<Record<string, string>> = {}) {
  const program = join(import.meta.dirname, '../support/loop-process.ts');
  const child: ChildProcess = spawn(process.execPath, [program, folder, server.url, effectsPath()], {
    env: { PATH: '/usr/bin:/bin', HOME: folder, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout?.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
  const ended = new Promise<Line | undefined>((resolve) =>
    child.once('close', () => resolve(output === '' ? undefined : (JSON.parse(output) as Line))),
  );
  return { child, ended };
}

const effectsPath = (): string => join(folder, 'effects');
const effects = (): readonly string[] =>
  existsSync(effectsPath()) ? readFileSync(effectsPath(), 'utf8').trimEnd().split('\n') : [];
const noted = (): readonly string[] => effects().map((line) => line.split(' ')[0]!);

test('a loop killed in the middle of a call goes on with that call, under the same key, and repeats none before it', async () => {
  const { child, ended } = start({ HANG: '1' });
  await until(() => noted().includes('wait'));
  child.kill('SIGKILL');
  expect(await ended).toBeUndefined();
  const asked = server.requests.length;

  const line = await start().ended;
  expect(line).toMatchObject({ status: 'success', context: { last_response: 'All noted.' } });
  expect(noted()).toEqual(['first', 'wait', 'wait', 'last']);
  const [, before, again] = effects();
  expect(again).toBe(before);
  // The model was asked for nothing it had answered, and heard its own thoughts again, signed.
  expect(server.requests.length - asked).toBe(2);
  expect(server.requests[asked]?.body).toMatch(/thinking of first[^]*signature[^]*noted first[^]*noted wait/);
});

test(
  'killed at any commit, a loop ends as an undisturbed one, with every call made once or, where it was in flight, once more',
  { timeout: sized({ everyday: 300_000, full: 1_800_000 }) },
  async () => {
    const undisturbed = await start().ended;
    expect(noted()).toEqual(['first', 'wait', 'last']);
    let kills = 0;
    for (let commit = 3; ; commit += sized({ everyday: 13, full: 2 })) {
      rmSync(effectsPath());
      rmSync(join(folder, '.orchestra'), { recursive: true });
      const { ended } = start({ ORCHESTRA_FAILPOINTS: `journal:after-commit=kill@${commit}` });
      if ((await ended) !== undefined) break;
      kills += 1;
      const line = await start().ended;
      expect(line).toMatchObject({ status: undisturbed?.status, context: undisturbed?.context });
      const counts = Object.values(Object.groupBy(effects(), (effect) => effect)).map((same) => same?.length ?? 0);
      expect(counts).toHaveLength(3);
      expect(counts.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(4);
    }
    expect(kills).toBeGreaterThan(1);
  },
);
