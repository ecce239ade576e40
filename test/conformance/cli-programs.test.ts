import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cliAgents } from '../../src/agents/cli/all-agents.ts';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import type { AgentEvent, OpenSession } from '../../src/engine/ports/agent.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import { transcriptPath } from '../support/agent-transcripts.ts';
import { sized } from '../support/size.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';

/*
 * How every command-line agent is started, listened to and ended, with programs in its place that replay its recordings
 * or misbehave. What its real program does is test/e2e/cli-agents.test.ts.
 */

let folder: string;
let runId: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'cli-program-'));
  runId = randomUUID();
});
afterEach(() => rmSync(folder, { recursive: true }));

describe.each(cliAgents.map((agent) => [agent.id, agent] as const))('the program of %s', (_id, agent) => {
  const fixture = transcriptPath(agent, 'edit');

  function program(script: string): string {
    const path = join(folder, 'agent');
    writeFileSync(path, `#!/bin/sh\n${script}\n`);
    chmodSync(path, 0o755);
    return path;
  }

  interface Turn extends Partial<OpenSession> {
    readonly prompt?: string;
    readonly signal?: AbortSignal;
  }

  function turnOf(script: string, turn: Turn = {}) {
    const { prompt = 'the prompt\n', signal = new AbortController().signal, ...more } = turn;
    const baseEnv = { PATH: '/usr/bin:/bin', HOME: folder, GITHUB_TOKEN: 'hidden', ORCHESTRA_HOME: '/hidden' };
    const adapter = createCliAdapter(agent, { executable: program(script), baseEnv });
    const services = stepServices({ runId, signal });
    const request = { sessionId: 'our-id', cwd: folder, env: {}, call: stepCall(), services, ...more };
    const events = (async (): Promise<readonly AgentEvent[]> => {
      const session = await adapter.open(request);
      const told: AgentEvent[] = [];
      for await (const event of session.prompt(prompt, signal)) told.push(event);
      expect(session.id).toBe(told.find((event) => event.type === 'AgentSessionStarted')?.sessionId ?? session.id);
      await session.close();
      return told;
    })();
    return { events, services };
  }

  const running = (): readonly number[] =>
    processTable().flatMap(({ pid }) => (wasStartedWith(pid, `ORCHESTRA_OPERATION=${runId}/work#1`) ? [pid] : []));

  test('gets the prompt on standard input and no secret, and its recording is heard to the end', async () => {
    const { events, services } = turnOf(`cat > prompt; env > env; printf '%s\\n' "$@" > args; cat '${fixture}'`);
    expect((await events).at(-1)).toMatchObject({ type: 'result', ok: true });
    expect(readFileSync(join(folder, 'prompt'), 'utf8')).toBe('the prompt\n');
    expect(readFileSync(join(folder, 'args'), 'utf8')).not.toContain('the prompt');
    expect(readFileSync(join(folder, 'env'), 'utf8')).not.toContain('hidden');
    expect(services.events.map(({ type }) => type)).toEqual(['ProcessStarted', 'ProcessExited']);
  });

  test('is told what the step tells it, and the session to continue', async () => {
    const { events } = turnOf(`env > env; printf '%s\\n' "$@" > args; cat '${fixture}'`, {
      resume: 'known-session',
      env: { ORCHESTRA_STATUS_FILE: '/a/status.json' },
      model: 'some-model',
    });
    expect((await events)[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    expect(readFileSync(join(folder, 'env'), 'utf8')).toContain('ORCHESTRA_STATUS_FILE=/a/status.json');
    expect(readFileSync(join(folder, 'args'), 'utf8').split('\n')).toEqual(
      expect.arrayContaining(['known-session', 'some-model']),
    );
  });

  test('that says nothing, garbage or half a line fails the turn', async () => {
    for (const script of ['exit 0', 'echo garbage', `head -c 60 '${fixture}'`, 'echo no key >&2; exit 1'])
      expect((await turnOf(script).events).at(-1)).toMatchObject({ type: 'result', ok: false });
  });

  test('that is killed fails the turn, and what it said before counts', async () => {
    const { events } = turnOf(`head -n 4 '${fixture}'; kill -9 $$`);
    const told = await events;
    expect(told[0]?.type).toBe('AgentSessionStarted');
    expect(told.at(-1)).toMatchObject({ ok: false, error: expect.stringContaining('SIGKILL') });
  });

  test('that closes its input is heard all the same, however long the prompt is', async () => {
    const { events } = turnOf(`exec <&-; cat '${fixture}'`, { prompt: 'p'.repeat(1_000_000) });
    expect((await events).at(-1)).toMatchObject({ type: 'result', ok: true });
  });

  test('that floods its output is heard to its last word, and one line without end is not waited for', async () => {
    const bytes = sized({ everyday: 2_000_000, full: 400_000_000 });
    const lines = `head -c ${bytes} /dev/zero | tr '\\0' x | fold -w 1000; echo; cat '${fixture}'`;
    expect((await turnOf(lines).events).at(-1)).toMatchObject({ type: 'result', ok: true });
    const endless = (await turnOf(`tr '\\0' x < /dev/zero`).events).at(-1);
    expect(endless).toMatchObject({ ok: false, error: expect.stringMatching(/a line of it exceeds \d+ bytes/) });
  });

  test('that hangs, deaf to SIGTERM and with a child in another session, is ended with everything it started', async () => {
    const abort = new AbortController();
    const script = `trap '' TERM; setsid sleep 300 & touch up; head -n 1 '${fixture}'; sleep 300; sleep 300`;
    const { events } = turnOf(script, { signal: abort.signal });
    while (!existsSync(join(folder, 'up'))) await delay(10);
    abort.abort(new Error('dropped'));
    await expect(events).rejects.toThrow('dropped');
    expect(running()).toEqual([]);
  });

  test('that is not there is told with what to do', async () => {
    const adapter = createCliAdapter(agent, { executable: join(folder, 'nothing'), baseEnv: { PATH: '/usr/bin' } });
    expect(await adapter.detect()).toMatchObject({
      available: false,
      reason: expect.stringContaining(agent.installHint),
    });
  });

  test('may be of another version', async () => {
    const adapter = createCliAdapter(agent, {
      executable: program('echo "agent version 99.1.2-beta (abc)"'),
      baseEnv: { PATH: '/usr/bin:/bin' },
    });
    expect(await adapter.detect()).toMatchObject({ available: true, version: '99.1.2-beta' });
  });
});
