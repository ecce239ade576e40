import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BoundedText } from './bounded-text.ts';
import { endStale, type ProcessFacts } from './end-group.ts';
import { processTable, wasStartedWith } from './process-table.ts';
import { startGroup, type GroupExit, type GroupStart } from './process-group.ts';

const newOperation = (): string => `test/${randomUUID()}`;

function request(script: string, more: Partial<GroupStart> = {}): GroupStart {
  return {
    command: '/bin/sh',
    args: ['-c', script],
    cwd: tmpdir(),
    env: { PATH: '/usr/bin:/bin' },
    operation: newOperation(),
    signal: new AbortController().signal,
    graceMs: 100,
    ...more,
  };
}

interface Finished {
  readonly stdout: string;
  readonly stderr: string;
  readonly exit: GroupExit;
}

async function finish(start: GroupStart): Promise<Finished> {
  const group = await startGroup(start);
  const [stdout, stderr, exit] = await Promise.all([
    BoundedText.of(group.stdout, 100_000, 100_000),
    BoundedText.of(group.stderr, 100_000, 100_000),
    group.exited,
  ]);
  return { stdout: stdout.text(), stderr: stderr.text(), exit };
}

function running(operation: string): readonly number[] {
  const assignment = `ORCHESTRA_OPERATION=${operation}`;
  return processTable().flatMap((row) => (wasStartedWith(row.pid, assignment) ? [row.pid] : []));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(5);
}

describe('a program that ends by itself', () => {
  test('leaves no orphan of an orphan, though it is just becoming another program when it is looked for', async () => {
    const starts = Array.from({ length: 24 }, () => request("(setsid sh -c 'setsid sleep 60 & exit' &) ; echo done"));
    for (const start of starts) {
      expect((await finish(start)).exit.survivors).toEqual([]);
      expect(running(start.operation)).toEqual([]);
    }
  });

  test('reports its exit code and both streams', async () => {
    expect(await finish(request('echo out; echo err >&2; exit 3'))).toEqual({
      stdout: 'out\n',
      stderr: 'err\n',
      exit: { exitCode: 3, signal: null, survivors: [] },
    });
  });

  test('reads its standard input to the end, and finds none where none is given', async () => {
    expect((await finish(request('cat', { stdin: 'grüße' }))).stdout).toBe('grüße');
    expect((await finish(request('cat; echo end'))).stdout).toBe('end\n');
  });

  test('sees the given environment and nothing of ours', async () => {
    const operation = newOperation();
    const { stdout } = await finish(request('env', { operation, env: { PATH: '/usr/bin:/bin', A: '1' } }));
    const names = new Set(stdout.split('\n').map((line) => line.split('=')[0]));
    for (const ofTheShell of ['PWD', '_', 'SHLVL', 'OLDPWD', '']) names.delete(ofTheShell);
    expect(names).toEqual(new Set(['A', 'ORCHESTRA_LEADER', 'ORCHESTRA_OPERATION', 'PATH']));
  });

  test('receives arguments untouched by the shell that starts it', async () => {
    const args = ['%s|', "it's", '$HOME', 'a b', '', '`id`'];
    expect((await finish(request('', { command: 'printf', args }))).stdout).toBe("it's|$HOME|a b||`id`|");
  });

  test('takes what it left in the background with it', async () => {
    const start = request('sleep 60 & setsid sleep 60 & exit 0');
    expect((await finish(start)).exit.exitCode).toBe(0);
    expect(running(start.operation)).toEqual([]);
  });

  test('can open its standard streams by their names', async () => {
    const script = 'cat /dev/stdin; echo first > /dev/stdout; echo warned > /dev/stderr; echo last >> /proc/self/fd/1';
    expect(await finish(request(script))).toMatchObject({
      stdout: 'first\nlast\n',
      stderr: 'warned\n',
    });
  });

  test('need not read its input, however long that is', async () => {
    const stdin = 'x'.repeat(10_000_000);
    expect((await finish(request('echo done', { stdin }))).stdout).toBe('done\n');
    expect((await finish(request('head -c 3; exec <&-; sleep 0.05; echo " done"', { stdin }))).stdout).toBe(
      'xxx done\n',
    );
    expect((await finish(request('wc -c', { stdin }))).stdout.trim()).toBe('10000000');
  });

  test('that is too long to be started is told as such', async () => {
    await expect(startGroup(request('true', { env: { BIG: 'x'.repeat(200_000) } }))).rejects.toThrow(
      'longer than the system allows',
    );
    await expect(startGroup(request('true', { cwd: import.meta.filename }))).rejects.toThrow('does not exist');
  });

  test('leaves no descriptor open behind it, whether it ran or not', async () => {
    const open = (): number => readdirSync('/proc/self/fd').length;
    await finish(request('echo warm'));
    const before = open();
    for (let count = 0; count < 5; count += 1) {
      await finish(request('cat', { stdin: 'in' }));
      await expect(startGroup(request('true', { cwd: '/no/such/folder' }))).rejects.toThrow('does not exist');
      const refused = request('true', { onStarted: () => Promise.reject(new Error('fenced')) });
      await expect(startGroup(refused)).rejects.toThrow('fenced');
    }
    await until(() => open() <= before);
  });

  test('is 127 when it does not exist, and a missing folder is named', async () => {
    expect((await finish(request('', { command: 'no-such-program' }))).exit.exitCode).toBe(127);
    await expect(startGroup(request('true', { cwd: '/no/such/folder' }))).rejects.toThrow(
      '/no/such/folder does not exist',
    );
  });

  test('passes a long output through without loss, however slowly it is read', async () => {
    const group = await startGroup(request('head -c 3000000 /dev/zero'));
    const stderr = BoundedText.of(group.stderr, 100, 100);
    let bytes = 0;
    for await (const chunk of group.stdout) {
      bytes += chunk.length;
      await delay(0);
    }
    await Promise.all([stderr, group.exited]);
    expect(bytes).toBe(3_000_000);
  });
});

describe('a program that is talked to', () => {
  test('hears what is written to it, answers meanwhile, and ends with its input', async () => {
    const group = await startGroup(request('while read -r line; do echo "heard $line"; done', { keepsInput: true }));
    const answers: string[] = [];
    group.stdin?.write('one\n');
    for await (const chunk of group.stdout) {
      answers.push(Buffer.from(chunk).toString());
      if (answers.length === 1) group.stdin?.end('two\n');
    }
    expect(answers).toEqual(['heard one\n', 'heard two\n']);
    expect(await group.exited).toMatchObject({ exitCode: 0 });
  });

  test('that is gone fails what is written to it, and leaves no stream open', async () => {
    const group = await startGroup(request('exit 0', { keepsInput: true }));
    await group.exited;
    await until(() => group.stdin?.destroyed === true);
    const written = new Promise((resolve) => group.stdin?.write('too late\n', resolve));
    expect(await written).toBeInstanceOf(Error);
  });
});

describe('ending a group', () => {
  test.each([
    ['children and grandchildren', 'sleep 60 & (sleep 60 & sleep 60) & echo up; wait'],
    ['members that ignore TERM', "trap '' TERM; echo up; sleep 60; sleep 60; sleep 60"],
    ['members that are stopped', 'echo up; kill -STOP $$'],
    ['descendants that moved to a session of their own', 'setsid sleep 60 & echo up; wait'],
    ['descendants that also emptied their environment', 'setsid env -i sleep 60 & echo up; wait'],
    ['orphans in a session of their own', '(setsid sleep 60 &) ; echo up; sleep 60'],
  ])('an abort ends %s', async (_who, script) => {
    const controller = new AbortController();
    const start = request(script, { signal: controller.signal });
    const group = await startGroup(start);
    const stderr = BoundedText.of(group.stderr, 100, 100);
    for await (const _up of group.stdout) controller.abort();
    const exit = await group.exited;
    await stderr;
    expect(exit).toMatchObject({ endedBy: 'abort', survivors: [] });
    expect(running(start.operation)).toEqual([]);
    expect(processTable().filter((row) => row.group === group.facts.pid)).toEqual([]);
  });

  test('a timeout ends the group and says so', async () => {
    expect((await finish(request('sleep 60', { timeoutMs: 20 }))).exit).toMatchObject({
      endedBy: 'timeout',
      signal: 'SIGTERM',
    });
  });

  test('a timeout longer than timers can count does not fire at once', async () => {
    expect((await finish(request('true', { timeoutMs: 2 ** 40 }))).exit).toEqual({
      exitCode: 0,
      signal: null,
      survivors: [],
    });
  });

  test('an escaped process that holds the pipes open delays neither the exit nor its reader', async () => {
    // Once its parent is gone, neither group, nor ancestry, nor environment tells whose it is.
    const { stdout, exit } = await finish(request('(env -i setsid sleep 1.5 &); echo done'));
    expect({ stdout, code: exit.exitCode }).toEqual({ stdout: 'done\n', code: 0 });
  });
});

describe('facts before effects', () => {
  test('the program does not run before its facts are recorded', async () => {
    let recorded = false;
    const facts: ProcessFacts[] = [];
    const operation = newOperation();
    const group = await startGroup(
      request('echo ran', {
        operation,
        onStarted: async (given) => {
          facts.push(given);
          await delay(30);
          recorded = true;
        },
      }),
    );
    const stderr = BoundedText.of(group.stderr, 100, 100);
    for await (const _chunk of group.stdout) expect(recorded).toBe(true);
    await Promise.all([group.exited, stderr]);
    expect(facts).toEqual([group.facts]);
  });

  test('a program whose facts cannot be recorded never runs', async () => {
    const start = request('echo ran', { onStarted: () => Promise.reject(new Error('fenced')) });
    await expect(startGroup(start)).rejects.toThrow('fenced');
    await until(() => running(start.operation).length === 0);
  });

  test('stale facts end the group they speak of, and only that', async () => {
    const start = request('exec sleep 60');
    const group = await startGroup(start);
    const output = Promise.all([BoundedText.of(group.stdout, 9, 9), BoundedText.of(group.stderr, 9, 9)]);
    const target = { ...group.facts, operation: 'another operation' };
    await endStale({ ...target, bootId: 'another boot' });
    await endStale({ ...target, startTime: '1' });
    expect(running(start.operation)).toEqual([group.facts.pid]);
    expect(await endStale(target)).toEqual([]);
    expect((await group.exited).signal).toBe('SIGTERM');
    await output;
  });
});

describe('an operation that was started twice under one name', () => {
  const start = async (operation: string) => {
    const group = await startGroup(request('setsid sleep 60 & wait', { operation }));
    const output = Promise.all([BoundedText.of(group.stdout, 9, 9), BoundedText.of(group.stderr, 9, 9)]);
    return { group, output };
  };

  test('keeps the later programs when the earlier are ended, by their owner or by the facts of them', async () => {
    const operation = newOperation();
    const earlier = await start(operation);
    const later = await start(operation);
    await until(() => running(operation).length === 4);
    await earlier.group.end();
    await endStale({ ...earlier.group.facts, operation });
    expect(running(operation)).toHaveLength(2);
    expect(running(operation)).toContain(later.group.facts.pid);
    await later.group.end();
    expect(running(operation)).toEqual([]);
    await Promise.all([earlier.output, later.output]);
  });
});

describe('kill -9 of the process that started it', () => {
  const host = (operation: string, dieAt: string): string => `
    import { startGroup } from ${JSON.stringify(new URL('process-group.ts', import.meta.url).href)};
    const die = () => process.kill(process.pid, 'SIGKILL');
    const group = await startGroup({
      command: '/bin/sh', args: ['-c', "trap '' TERM; setsid sleep 60 & echo up; sleep 60; sleep 60"],
      cwd: '/', env: { PATH: '/usr/bin:/bin' }, operation: '${operation}', signal: new AbortController().signal,
      onStarted: async (facts) => { process.stdout.write('started ' + facts.pid); if ('${dieAt}' === 'recording') die(); },
    });
    if ('${dieAt}' === 'go') die();
    for await (const chunk of group.stdout) die();
  `;

  test.each(['recording', 'go', 'running'])('leaves nothing behind when it strikes while %s', async (dieAt) => {
    const operation = newOperation();
    const child = spawn(process.execPath, ['--input-type=module', '-e', host(operation, dieAt)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const output = BoundedText.of(child.stdout, 100, 100);
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    const pid = Number((await output).text().replace('started ', ''));
    await until(() => running(operation).length === 0 && !processTable().some((row) => row.group === pid));
  });
});
