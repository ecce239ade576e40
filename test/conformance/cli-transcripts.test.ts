import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cliAgents } from '../../src/agents/cli/all-agents.ts';
import type { AgentTurns, CliAgent } from '../../src/agents/cli/cli-agent.ts';
import type { CliEnding } from '../../src/agents/cli/cli-turn.ts';
import type { AgentEvent } from '../../src/engine/ports/agent.ts';
import type { Usage } from '../../src/contract/outcome.ts';
import { transcriptPath } from '../support/agent-transcripts.ts';

/*
 * What every command-line agent must make of what it prints, whatever that looks like. Each folder of an agent holds
 * recordings of the real one: `edit` (it writes made.txt and says so), `resumed` (one more answer in that session),
 * `unauthorized` (HTTP 401), and `limited` (HTTP 429) where it gives up on that by itself; beside one of these, `.stderr.txt`
 * is what it said on standard error, for agents that tell of failures only there. Those of an agent that was never tried are
 * written by hand, in a folder that says so.
 */

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

interface LoadedAgent {
  readonly agent: CliAgent;
  readonly turns: AgentTurns;
}

const everyAgent: readonly LoadedAgent[] = await Promise.all(
  cliAgents.map(async (agent) => ({ agent, turns: await agent.turns() })),
);

describe.each(everyAgent.map((loaded) => [loaded.agent.id, loaded] as const))('the transcript of %s', (id, loaded) => {
  const { agent } = loaded;
  const path = (name: string): string => transcriptPath(agent, name);
  const recorded = (name: string): readonly string[] => readFileSync(path(name), 'utf8').split('\n');
  const errorsOf = (name: string): string => {
    const said = path(name).replace(/jsonl$/, 'stderr.txt');
    return existsSync(said) ? readFileSync(said, 'utf8').trim() : '';
  };

  test('tells of the session first, then of a call and its result, and ends with usage and the answer', () => {
    const events = replay(loaded, recorded('edit'));
    expect(events[0]).toMatchObject({ type: 'AgentSessionStarted', agent: id, resumed: false });
    const calls = events.filter((event) => event.type === 'AgentToolCall').map((call) => call.id);
    const results = events.filter((event) => event.type === 'AgentToolResult').map((result) => result.id);
    expect(calls.length > 0).toBe(agent.tellsOnlyItsEnd !== true);
    expect(results).toEqual(agent.tellsToolResults === false ? [] : calls);
    expect(events.at(-1)).toMatchObject({ type: 'result', ok: true, text: expect.stringContaining('made.txt') });
    if (agent.reportsUsage !== false) {
      expect(events.at(-2)?.type).toBe('AgentUsage');
      expect(events.at(-1)).toHaveProperty('usage.inputTokens', 200 + (id === 'claude-code' ? 100 : 0));
    } else expect(events.at(-1)).not.toHaveProperty('usage');
    expect(events.filter((event) => event.type === 'AgentWarning')).toEqual([]);
  });

  test('of a session that goes on counts this turn alone', () => {
    const spentBefore = { inputTokens: 200, outputTokens: 40 };
    const events = replay(loaded, recorded('resumed'), { resumed: true, spentBefore });
    expect(events[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    const usage = { inputTokens: 100, outputTokens: 20 };
    expect(events.at(-1)).toMatchObject({ ok: true, ...(agent.reportsUsage !== false && { usage }) });
  });

  test('of a refused key is a failure for good', () => {
    const errors = errorsOf('unauthorized');
    for (const exitCode of [0, 1])
      expect(replay(loaded, recorded('unauthorized'), { ending: { exitCode, errors } }).at(-1)).toMatchObject({
        ok: false,
        transient: false,
        error: expect.stringMatching(/401|api key/i),
      });
  });

  test('without its last words is a failure, whatever the exit code', () => {
    const lines = recorded('edit').filter((line) => line !== '');
    const cut = lines.slice(0, Math.floor(lines.length / 2));
    for (const ending of [{}, { exitCode: 1, errors: 'boom' }, { exitCode: null, signal: 'SIGKILL' }])
      expect(replay(loaded, cut, { ending }).at(-1)).toMatchObject({ ok: false });
  });

  test('of a good turn with a bad exit is a failure, unless we ended an agent that stayed', () => {
    const lines = recorded('edit');
    expect(replay(loaded, lines, { ending: { exitCode: 3, errors: 'boom' } }).at(-1)).toMatchObject({
      ok: false,
      error: expect.stringContaining('boom'),
    });
    const dismissed = { exitCode: null, signal: 'SIGTERM', dismissed: true };
    expect(replay(loaded, lines, { ending: dismissed }).at(-1)).toMatchObject({ ok: true });
  });

  test('that could not be read to its end is a failure', () => {
    const ending = { problem: 'a line is longer than 16 MB' };
    expect(replay(loaded, recorded('edit'), { ending }).at(-1)).toMatchObject({ ok: false });
  });

  test.each(['garbage', '{"type":"assist', '[1]', '{"type":"of-another-age"}', '{"no":"type"}'])(
    'with the line %s has a warning more and is no other',
    (line) => {
      const events = replay(loaded, [line, ...recorded('edit')]);
      expect(events[0]).toMatchObject({ type: 'AgentWarning' });
      expect(events.slice(1)).toEqual(replay(loaded, recorded('edit')));
    },
  );

  test('that floods odd lines has a bounded number of warnings', () => {
    const events = replay(loaded, [...Array.from({ length: 10_000 }, () => 'noise'), ...recorded('edit')]);
    const warnings = events.flatMap((event) => (event.type === 'AgentWarning' ? [event.message] : []));
    expect(warnings).toHaveLength(21);
    expect(warnings.at(-1)).toContain('9980 more lines');
  });

  test('of anything has one result, at its end', () => {
    const words = [...new Set(recorded('edit').flatMap((line) => line.match(/(?<=")[a-z_.]{3,24}(?=")/g) ?? []))];
    const word = fc.constantFrom(...words);
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        word,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(word, tie('any'), { maxKeys: 6 }),
    })).object;
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const events = replay(
          loaded,
          values.map((line) => JSON.stringify(line)),
        );
        expect(events.findIndex((event) => event.type === 'result')).toBe(events.length - 1);
      }),
      { seed: 7, numRuns: 300 },
    );
  });
});

const withSample = everyAgent.filter(({ turns }) => turns.sampleLine !== undefined);

test.each(withSample.map(({ agent, turns }) => [agent.id, turns] as const))(
  'the sample line of %s is a text to it',
  (_id, { transcript, sampleLine = '' }) => {
    const events = transcript({ cwd: '/', resumed: true }).read(sampleLine);
    expect(events).toContainEqual({ type: 'AgentText', text: 'sample' });
  },
);

const limited = everyAgent.filter(({ agent }) => existsSync(transcriptPath(agent, 'limited')));

test.each(limited.map((loaded) => [loaded.agent.id, loaded] as const))(
  'the transcript of %s that gives up at a limit of rate is a failure worth another attempt',
  (_id, loaded) => {
    const lines = readFileSync(transcriptPath(loaded.agent, 'limited'), 'utf8').split('\n');
    expect(replay(loaded, lines, { ending: { exitCode: 1 } }).at(-1)).toMatchObject({ ok: false, transient: true });
  },
);

interface Replay {
  readonly resumed?: boolean;
  readonly spentBefore?: Usage;
  readonly ending?: Partial<CliEnding>;
}

function replay(
  { agent, turns }: LoadedAgent,
  lines: readonly string[],
  { ending, ...context }: Replay = {},
): readonly AgentEvent[] {
  const sessionId = agent.freshSessionId?.('our-id');
  const known = sessionId !== undefined && { sessionId };
  const transcript = turns.transcript({ cwd: '/project', resumed: false, ...known, ...context });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}
