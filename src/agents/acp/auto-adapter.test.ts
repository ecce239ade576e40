import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import { transcriptPath } from '../../../test/support/agent-transcripts.ts';
import type { AgentAdapter, AgentEvent, OpenSession } from '../../engine/ports/agent.ts';
import { claudeCode } from '../cli/claude-code/agent.ts';
import { gemini } from '../cli/gemini/agent.ts';
import { pi } from '../cli/pi/agent.ts';
import { createProtocolAdapter } from './protocol-adapter.ts';

const stub = join(import.meta.dirname, '../../../test/support/acp-stub-agent.ts');
const baseEnv = { PATH: '/usr/bin:/bin' };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'auto-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, script: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\necho "$@" >> ${join(folder, 'calls')}\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Answers `--version` and, with its command line, as the recording of an agent does; over the protocol it behaves as `start` says. */
function geminiProgram(start: string): string {
  const acp = `[ "$1" = --acp ] && exec '${process.execPath}' '${stub}' ${start} '${folder}'`;
  return program(
    'gemini',
    `[ "$1" = --version ] && { echo 0.61.0; exit; }\n${acp}\ncat '${transcriptPath(gemini, 'edit')}'`,
  );
}

async function prompt(adapter: AgentAdapter, more: Partial<OpenSession> = {}): Promise<readonly AgentEvent[]> {
  const request = { sessionId: 'our-id', cwd: folder, env: {}, call: stepCall(), services: stepServices() };
  const session = await adapter.open({ ...request, ...more });
  const events: AgentEvent[] = [];
  for await (const event of session.prompt('hello', new AbortController().signal)) events.push(event);
  expect(session.id).toBe(events.findLast((event) => event.type === 'AgentSessionStarted')?.sessionId);
  await session.close();
  return events;
}

describe('protocol: auto', () => {
  test('goes over the protocol where the program serves it', async () => {
    const adapter = createProtocolAdapter(gemini, 'auto', {
      executable: geminiProgram('modeless'),
      baseEnv,
      permissions: 'full',
    });
    expect(await adapter.detect()).toMatchObject({ available: true, version: '0.61.0' });
    const events = await prompt(adapter);
    expect(events[0]).toMatchObject({ type: 'AgentSessionStarted', agent: 'gemini', sessionId: 'session-1' });
    expect(events.at(-1)).toMatchObject({ ok: true, text: 'the answer' });
  });

  test.each(['ends', 'version-2', 'garbage'])(
    'takes the command line where it does not (%s), tells so, and does not try again',
    async (start) => {
      const adapter = createProtocolAdapter(gemini, 'auto', { executable: geminiProgram(start), baseEnv });
      const first = await prompt(adapter);
      const told = expect.stringContaining('its command line is used instead') as string;
      expect(first).toContainEqual({ type: 'AgentWarning', message: told });
      expect(first.at(-1)).toMatchObject({ type: 'result', ok: true });
      const second = await prompt(adapter);
      expect(second[0]).toMatchObject({ type: 'AgentSessionStarted' });
      expect(readFileSync(join(folder, 'calls'), 'utf8').match(/--acp/g)).toHaveLength(1);
    },
  );

  test('takes the command line where the adapter is not installed, and where there are hooks that only it runs', async () => {
    const claude = program(
      'claude',
      `[ "$1" = --version ] && { echo 2.1.329; exit; }\ncat '${transcriptPath(claudeCode, 'edit')}'`,
    );
    const adapter = createProtocolAdapter(claudeCode, 'auto', { executable: claude, baseEnv });
    expect(adapter.toolHooks).toBe('run');
    expect(await adapter.detect()).toMatchObject({ available: true, path: claude });
    expect((await prompt(adapter)).at(-1)).toMatchObject({ ok: true });
    const adapterExecutable = program('claude-agent-acp', `[ "$1" = --version ] && { echo 0.101.0; exit; }\nexit 1`);
    const both = createProtocolAdapter(claudeCode, 'auto', { executable: claude, adapterExecutable, baseEnv });
    expect(await both.detect()).toMatchObject({ path: adapterExecutable });
    const events = await prompt(both, { toolHooks: { pre: 'true' } });
    expect(events.map(({ type }) => type)).not.toContain('AgentWarning');
    expect(events.at(-1)).toMatchObject({ ok: true });
  });

  test('is the command line of an agent that does not speak it', () => {
    expect(createProtocolAdapter(pi, 'auto', { baseEnv })).toMatchObject({ id: 'pi' });
    expect(() => createProtocolAdapter(pi, 'acp', { baseEnv })).toThrow('pi does not speak the Agent Client Protocol');
  });
});

test('protocol: acp hands the program that the user names to the adapter that starts it', async () => {
  const adapterExecutable = program('claude-agent-acp', `exec '${process.execPath}' '${stub}' environment '${folder}'`);
  const adapter = createProtocolAdapter(claudeCode, 'acp', {
    executable: '/opt/claude',
    adapterExecutable,
    baseEnv,
    permissions: 'full',
  });
  expect((await prompt(adapter)).at(-1)).toMatchObject({ ok: true });
  const env = JSON.parse(readFileSync(join(folder, 'env'), 'utf8')) as Record<string, string>;
  expect(env).toMatchObject({ CLAUDE_CODE_EXECUTABLE: '/opt/claude' });
});
