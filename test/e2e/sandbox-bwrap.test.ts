import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ProgramLimitsSection, SandboxSection } from '../../src/contract/config/sandbox.ts';
import { BoundedText } from '../../src/shared/process/bounded-text.ts';
import { startConfined, type ConfinedGroup } from '../../src/shared/process/confined-group.ts';
import type { ProgramReach } from '../../src/shared/process/confinement.ts';
import { endStale } from '../../src/shared/process/end-group.ts';
import type { GroupExit } from '../../src/shared/process/process-group.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import { bwrapProblem } from '../../src/workspace/sandbox/bwrap.ts';
import { createConfinement } from '../../src/workspace/sandbox/create-confinement.ts';
import { createToolHandler } from '../../src/workspace/shell/tool-step.ts';
import type { ConfinedOrder } from '../support/confined-host.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';

/*
 * Programs inside bubblewrap, for real: what they see, whom they reach, and that nothing of them survives. Needs the
 * package bubblewrap and a system that lets it make namespaces.
 */

const unusable = await bwrapProblem(process.env);
if (unusable !== undefined) process.stderr.write(`skipping sandboxes: ${unusable}\n`);

let root: string;
let cwd: string;
let home: string;
let env: Record<string, string>;
let operation: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'sandbox-'));
  [cwd, home] = [join(root, 'work'), join(root, 'home')];
  for (const folder of [cwd, home]) mkdirSync(folder);
  env = { PATH: '/usr/bin:/bin', HOME: home };
  operation = `test/${randomUUID()}`;
});
afterEach(() => rmSync(root, { recursive: true }));

interface Given {
  readonly sandbox?: Omit<SandboxSection, 'kind'>;
  readonly limits?: ProgramLimitsSection;
  readonly reach?: ProgramReach;
  readonly env?: Readonly<Record<string, string>>;
}

function start(script: string, { sandbox, limits, reach, env: more }: Given = {}): Promise<ConfinedGroup> {
  return startConfined({
    ...{ command: '/bin/sh', args: ['-c', script], cwd, env: { ...env, ...more }, operation, graceMs: 300 },
    confinement: createConfinement({ sandbox: { kind: 'bwrap', ...sandbox }, limits, env: process.env }),
    ...(reach && { reach }),
    signal: new AbortController().signal,
  });
}

interface Finished {
  readonly said: string;
  readonly exit: GroupExit;
  readonly group: ConfinedGroup;
}

async function finish(script: string, given: Given = {}): Promise<Finished> {
  const group = await start(script, given);
  const [stdout, stderr, exit] = await Promise.all([
    BoundedText.of(group.stdout, 100_000, 100_000),
    BoundedText.of(group.stderr, 100_000, 100_000),
    group.exited,
  ]);
  return { said: `${stdout.text()}${stderr.text()}`.trim(), exit, group };
}

const running = (): readonly number[] =>
  processTable().flatMap(({ pid }) => (wasStartedWith(pid, `ORCHESTRA_OPERATION=${operation}`) ? [pid] : []));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

describe.skipIf(unusable !== undefined)('inside the sandbox', () => {
  test('the working folder can be changed, and nothing else of the machine can', async () => {
    const { said } = await finish('echo made > made; for f in /usr/x /etc/x /x; do echo > "$f"; done; exit 3');
    expect(readFileSync(join(cwd, 'made'), 'utf8')).toBe('made\n');
    expect(said.match(/Read-only file system|cannot create/g)?.length).toBeGreaterThanOrEqual(2);
    for (const path of ['/usr/x', '/etc/x', '/x']) expect(existsSync(path)).toBe(false);
  });

  test('with read-only permissions the working folder cannot be changed either', async () => {
    const { exit } = await finish('echo > made', { reach: { readOnly: true } });
    expect(exit.exitCode).not.toBe(0);
    expect(existsSync(join(cwd, 'made'))).toBe(false);
  });

  test('what else is at home, beside it and in /tmp is not there', async () => {
    mkdirSync(join(home, '.ssh'));
    for (const path of [join(home, '.ssh/id'), join(root, 'secret'), join(home, '.gitconfig')])
      writeFileSync(path, 'x');
    const { said } = await finish(`ls -A "$HOME" '${root}'; ls -A /tmp /root /home /var/lib /sys 2>&1; echo "$TMPDIR"`);
    expect(said).toContain('.gitconfig');
    expect(said).not.toMatch(/\.ssh|secret/);
    expect(said.split('\n').at(-1)).toBe('/tmp');
  });

  test('files in a home of its own are gone afterwards, but those of its state', async () => {
    const state = { path: join(home, '.agent/sessions'), kind: 'folder' } as const;
    await finish('echo > "$HOME/lost"; echo > "$HOME/.agent/sessions/kept"', { reach: { state: [state] } });
    expect(existsSync(join(home, 'lost'))).toBe(false);
    expect(existsSync(join(home, '.agent/sessions/kept'))).toBe(true);
  });

  test('Git can be asked, its hooks and settings cannot be changed, nor those of Orchestra, nor its journal seen', async () => {
    execFileSync('git', ['init', '--quiet', cwd], { env: { ...env, GIT_CONFIG_NOSYSTEM: '1' } });
    mkdirSync(join(cwd, '.orchestra'));
    writeFileSync(join(cwd, '.orchestra/journal.db'), 'x');
    writeFileSync(join(cwd, 'orchestra.yaml'), 'backend: x\n');
    const changes = ['> .git/hooks/post-commit', '>> .git/config', '> orchestra.yaml', '> .orchestra/journal.db'];
    const { said } = await finish(
      `git status --short; ls .orchestra; mv .git .moved; mv orchestra.yaml other; ${changes.map((change) => `(echo evil ${change})`).join('; ')}`,
    );
    expect(said).toContain('?? orchestra.yaml');
    expect(said).not.toContain('journal.db\n');
    expect(readFileSync(join(cwd, 'orchestra.yaml'), 'utf8')).toBe('backend: x\n');
    expect(readFileSync(join(cwd, '.orchestra/journal.db'), 'utf8')).toBe('x');
    expect(readFileSync(join(cwd, '.git/config'), 'utf8')).not.toContain('evil');
    expect(existsSync(join(cwd, '.git/hooks/post-commit'))).toBe(false);
  });

  test('a worktree of Git works, and the repository it belongs to cannot be changed', async () => {
    const repository = join(root, 'repository');
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@b'];
    execFileSync('git', ['init', '--quiet', repository]);
    execFileSync('git', ['-C', repository, ...identity, 'commit', '--quiet', '--allow-empty', '-m', 'first']);
    rmSync(cwd, { recursive: true });
    execFileSync('git', ['-C', repository, 'worktree', 'add', '--quiet', cwd]);
    const { said } = await finish(`git log --format=%s; echo > '${repository}/.git/evil'`);
    expect(said).toContain('first');
    expect(existsSync(join(repository, '.git/evil'))).toBe(false);
  });

  test('more can be shown, made changeable and hidden', async () => {
    for (const name of ['shown', 'changeable']) {
      mkdirSync(join(home, name));
      writeFileSync(join(home, name, 'file'), name);
    }
    writeFileSync(join(cwd, '.env'), 'KEY=secret');
    const { said } = await finish('cat ~/shown/file; echo > ~/shown/new; echo > ~/changeable/new; cat .env', {
      sandbox: { readable: ['~/shown'], writable: ['~/changeable'], hidden: ['.env'] },
    });
    expect(said).toContain('shown');
    expect(said).not.toContain('secret');
    expect([existsSync(join(home, 'shown/new')), existsSync(join(home, 'changeable/new'))]).toEqual([false, true]);
  });

  test('a program is seen with its packages and its interpreter, wherever they lie', async () => {
    const bin = join(root, 'tools/bin');
    const packages = join(root, 'tools/lib/node_modules/agent');
    for (const folder of [bin, packages]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(packages, 'cli.sh'), `#!/usr/bin/env shell-of-ours\n. "$(dirname "$(realpath "$0")")/words"\n`, {
      mode: 0o755,
    });
    writeFileSync(join(packages, 'words'), 'echo found "$@"');
    execFileSync('ln', ['-s', '/bin/sh', join(bin, 'shell-of-ours')]);
    execFileSync('ln', ['-s', join(packages, 'cli.sh'), join(bin, 'agent')]);
    const group = await startConfined({
      ...{ command: 'agent', args: ['a b'], cwd, env: { PATH: `${bin}:/usr/bin:/bin`, HOME: home }, operation },
      confinement: createConfinement({ sandbox: { kind: 'bwrap' }, env: process.env }),
      signal: new AbortController().signal,
    });
    const [text] = await Promise.all([BoundedText.of(group.stdout, 1000, 1000), group.exited]);
    expect(text.text()).toBe('found a b\n');
  });

  test('around the home folder itself there is none', async () => {
    cwd = root;
    await expect(start('true')).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });

  test('exit codes and signals are told, and input and output pass', async () => {
    expect((await finish('exit 7')).exit.exitCode).toBe(7);
    expect((await finish('kill -9 $$')).exit.exitCode).toBe(137);
    expect((await finish('echo problem > /dev/stderr')).said).toBe('problem');
  });
});

/** A server of the machine's loopback that answers `hello`. */
async function greeter(): Promise<number> {
  const server = createServer((_request, response) => void response.end('hello')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port; // it listens at a port
}

describe.skipIf(unusable !== undefined)('the network of the sandbox', () => {
  // Through proxies where there are any, as programs do.
  const ask = (port: number): string =>
    `'${process.execPath}' -e 'fetch("http://127.0.0.1:${port}/").then(async (r) => console.log(r.status, await r.text()), (e) => console.log("nobody", e.cause?.code))'`;
  const withNode = { readable: [process.execPath] };

  test('reaches nobody unless told', async () => {
    expect((await finish(ask(await greeter()), { sandbox: withNode })).said).toBe('nobody ECONNREFUSED');
  });

  test('reaches everybody where it is on', async () => {
    const sandbox = { ...withNode, network: 'on' } as const;
    expect((await finish(ask(await greeter()), { sandbox })).said).toBe('200 hello');
  });

  test('reaches whom the list allows, and tells of others it asked for', async () => {
    const [friend, stranger] = [await greeter(), await greeter()];
    const { said, group } = await finish(`${ask(friend)}; ${ask(stranger)}`, {
      sandbox: { allow: [`127.0.0.1:${friend}`] },
    });
    expect(said).toMatch(/^200 hello\nnobody/);
    expect(group.refused()).toEqual([`127.0.0.1:${stranger}`]);
  });

  test('is refused a list behind a proxy that it cannot hold to it', async () => {
    const given = { sandbox: { allow: ['example.com'] }, env: { HTTPS_PROXY: 'http://proxy.example' } };
    await expect(start('true', given)).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      hint: expect.stringContaining('HTTPS_PROXY'),
    });
  });
});

describe.skipIf(unusable !== undefined)('ending what is inside', () => {
  test('leaves a program the time between TERM and KILL', async () => {
    const group = await start('trap "echo bye > left; exit 5" TERM; echo > up; sleep 300 & wait');
    await until(() => existsSync(join(cwd, 'up')));
    expect(await group.end()).toMatchObject({ exitCode: 5, survivors: [] });
    expect(readFileSync(join(cwd, 'left'), 'utf8')).toBe('bye\n');
  });

  const deaf = `trap '' TERM; (trap '' TERM; setsid sleep 300 & echo > up; sleep 300; sleep 300) & sleep 300; sleep 300`;

  test('ends those that are deaf, and what they started in sessions of their own', async () => {
    const group = await start(deaf);
    await until(() => existsSync(join(cwd, 'up')));
    expect(running().length).toBeGreaterThan(3);
    expect((await group.end()).survivors).toEqual([]);
    expect(running()).toEqual([]);
  });

  test('takes with it what the program leaves behind, also without its marks', async () => {
    const { exit } = await finish('(env -i setsid sleep 4242 & ) ; exit 0');
    expect(exit.exitCode).toBe(0);
    const commands = processTable().map(({ pid }) => commandOf(pid));
    expect(commands.filter((command) => command.includes('sleep\u00004242'))).toEqual([]);
  });

  test('is what a takeover does by what was journaled', async () => {
    const group = await start(deaf);
    await until(() => existsSync(join(cwd, 'up')));
    expect(await endStale({ ...group.facts, operation }, { graceMs: 100 })).toEqual([]);
    expect(running()).toEqual([]);
    await group.exited;
  });

  test.each([{}, { allow: ['example.com'] }])('is what the death of Orchestra does, with %j', async (more) => {
    const order: ConfinedOrder = { sandbox: { kind: 'bwrap', ...more }, script: deaf, cwd, env, operation };
    const program = join(import.meta.dirname, '../support/confined-host.ts');
    const host = spawn(process.execPath, [program, JSON.stringify(order)], { stdio: ['ignore', 'ignore', 'inherit'] });
    await until(() => existsSync(join(cwd, 'up')));
    host.kill('SIGKILL');
    await until(() => running().length === 0);
  });
});

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it has ended meanwhile
  }
}

describe.skipIf(unusable !== undefined)('limits inside the sandbox', () => {
  test('of processor time end a program, and are told', async () => {
    const { exit, group } = await finish('while :; do :; done', { limits: { cpu_seconds: 1 } });
    expect(group.limitReached(exit)).toBe('its limit of 1 s of processor time is used up');
  });

  test('of memory and of open files hold for the program, not for the sandbox around it', async () => {
    const script = `ulimit -n; exec '${process.execPath}' -e 'Buffer.alloc(700e6, 1); console.log("had it")'`;
    const sandbox = { readable: [process.execPath] };
    const bounded = await finish(script, { sandbox, limits: { memory: '600MB', open_files: 77 } });
    expect(bounded.said).toMatch(/^77\n/);
    expect(bounded.said).not.toContain('had it');
    expect((await finish(script, { sandbox, limits: { memory: '2GB' } })).said).toContain('had it');
  });
});

test('limits hold without a sandbox as well', async () => {
  const run = async (script: string): Promise<string | undefined> => {
    const group = await startConfined({
      ...{ command: '/bin/sh', args: ['-c', script], cwd, env, operation, signal: new AbortController().signal },
      confinement: createConfinement({ limits: { cpu_seconds: 1, open_files: 50 }, env: process.env }),
    });
    const [stdout, exit] = await Promise.all([BoundedText.of(group.stdout, 1000, 1000), group.exited]);
    return group.limitReached(exit) ?? stdout.text();
  };
  expect(await run('ulimit -n')).toBe('50\n');
  expect(await run('while :; do :; done')).toBe('its limit of 1 s of processor time is used up');
});

describe.skipIf(unusable !== undefined)('a tool node in a sandbox', () => {
  async function runTool(command: string, more: Omit<SandboxSection, 'kind'> = {}) {
    const attemptDir = join(root, 'attempt');
    mkdirSync(attemptDir);
    const handler = createToolHandler({
      baseEnv: env,
      readBlob: async () => '',
      keep: async (text) => text,
      confinement: createConfinement({ sandbox: { kind: 'bwrap', ...more }, env: process.env }),
    });
    const call = stepCall({
      handler: 'tool',
      attributes: { tool_command: command },
      context: { big: 'x'.repeat(40_000) },
    });
    const { outcome } = await handler.execute(call, stepServices({ runId: operation, cwd, attemptDir }));
    return outcome;
  }

  test('reads its values and leaves its status as without one', async () => {
    const status = `echo '{"outcome":"success","notes":"said so"}' > "$ORCHESTRA_STATUS_FILE"`;
    const outcome = await runTool(`wc -c < "$ORCHESTRA_VAR_BIG_FILE"; ls '${root}'; ${status}`);
    expect(outcome).toMatchObject({ status: 'success', notes: 'said so' });
    expect(outcome.contextUpdates?.['tool.output']).toBe('40000\nattempt\nhome\nwork\n');
  });

  test('that fails for want of a host names it', async () => {
    const get = `'${process.execPath}' -e 'fetch("http://stranger.example/").catch(() => process.exit(1))'`;
    expect(await runTool(get, { allow: ['friend.example'] })).toMatchObject({
      status: 'fail',
      failureReason: 'Tool failed with exit code 1: its sandbox let it reach none of: stranger.example:80',
    });
  });
});
