import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import { kilocode } from '../kilocode/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { opencode } from './agent.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

/** Both speak the same language, so whatever holds for one is tried with the recordings of the other, too. */
describe.each([opencode, kilocode])('$name', async (agent) => {
  const turns = await agent.turns();
  function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
    const transcript = turns.transcript({ cwd: '/project', resumed: false });
    const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
    return [...events, ...transcript.conclude({ ...fine, ...ending })];
  }

  function recorded(name: string): readonly string[] {
    return readFileSync(join(import.meta.dirname, '..', agent.id, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
  }

  const line = (type: string, more: object): string => JSON.stringify({ type, sessionID: 'ses_1', ...more });
  const refused = (data: object): string =>
    line('error', { error: { name: 'APIError', data: { message: 'no', ...data } } });

  test('a recorded edit becomes text, call, result, change, usage with its cost, and the last answer', () => {
    const usage = { inputTokens: 200, outputTokens: 40, costUsd: expect.closeTo(0.00028, 8) };
    const id = 'call_1';
    expect(replay(recorded('edit'))).toEqual([
      { type: 'AgentSessionStarted', agent: agent.id, sessionId: 'ses_1', resumed: false },
      { type: 'AgentText', text: 'I write it.' },
      { type: 'AgentToolCall', id, tool: 'write', input: { filePath: '/project/made.txt', content: 'hello\n' } },
      { type: 'AgentToolResult', id, isError: false, output: 'Wrote file successfully.' },
      { type: 'AgentFileChange', path: 'made.txt', change: 'created' },
      { type: 'AgentText', text: 'made.txt is there.' },
      { type: 'AgentUsage', ...usage },
      { type: 'result', ok: true, text: 'made.txt is there.', usage },
    ]);
  });

  test('a command that fails does not fail the turn', () => {
    const events = replay(recorded('failing-tool'));
    expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
    expect(events.at(-1)).toMatchObject({ ok: true, text: 'It failed.' });
  });

  test('what the rules forbid is told as denied, and the turn goes on', () => {
    const events = replay(recorded('denied'));
    expect(events).toContainEqual(expect.objectContaining({ type: 'AgentPermissionDenied', tool: 'read' }));
    expect(events.filter(({ type }) => type === 'AgentFileChange')).toEqual([]);
    expect(events.at(-1)).toMatchObject({ ok: true, text: 'It was denied.' });
  });

  test('an answer that was cut off is no success', () => {
    expect(replay(recorded('cut-off')).at(-1)).toMatchObject({
      ok: false,
      error: expect.stringContaining('limit of tokens'),
    });
  });

  test('the status of an error says whether another attempt makes sense, else it says so itself', () => {
    const results = [
      { statusCode: 400, isRetryable: true },
      { statusCode: 429 },
      { statusCode: 503 },
      { isRetryable: true },
      {},
    ].map((data) => replay([refused(data)], { exitCode: 1 }).at(-1));
    expect(results.map((result) => result?.type === 'result' && !result.ok && result.transient)).toEqual([
      false,
      true,
      true,
      true,
      false,
    ]);
  });

  test('an error after which it goes on counts no more', () => {
    expect(replay([refused({ statusCode: 413 }), ...recorded('edit')]).at(-1)).toMatchObject({ ok: true });
  });

  test('the turn is over with the last step alone', () => {
    const transcript = turns.transcript({ cwd: '/project', resumed: false });
    const over = recorded('edit').flatMap((text) => {
      transcript.read(text);
      return text === '' ? [] : [transcript.concluded];
    });
    expect(over.indexOf(true)).toBe(over.length - 1);
  });

  test('a session that is unknown to it is lost', () => {
    expect(replay([], { exitCode: 1, errors: 'Error: Session not found' }).at(-1)).toMatchObject({
      ok: false,
      transient: false,
      sessionLost: true,
    });
  });

  test('a patch tells of every file it touched', () => {
    const files = [
      { filePath: '/project/a', type: 'add' },
      { filePath: '/project/b', type: 'update' },
      { filePath: '/project/c', type: 'move', movePath: '/elsewhere/d' },
    ];
    const state = { status: 'completed', input: { patchText: '...' }, output: 'done', metadata: { files } };
    const events = replay([line('tool_use', { part: { callID: 'call_1', tool: 'apply_patch', state } })]);
    expect(events.filter(({ type }) => type === 'AgentFileChange')).toEqual([
      { type: 'AgentFileChange', path: 'a', change: 'created' },
      { type: 'AgentFileChange', path: 'b', change: 'modified' },
      { type: 'AgentFileChange', path: 'c', change: 'deleted' },
      { type: 'AgentFileChange', path: '/elsewhere/d', change: 'created' },
    ]);
  });

  test('thinking is told as such, and its tokens are counted with the output', () => {
    const tokens = { input: 10, output: 5, reasoning: 7, cache: { read: 3, write: 2 } };
    const events = replay([
      line('step_start', {}),
      line('reasoning', { part: { text: 'hm' } }),
      line('text', { part: { text: 'so' } }),
      line('step_finish', { part: { reason: 'stop', tokens, cost: 0 } }),
    ]);
    expect(events).toContainEqual({ type: 'AgentThinking', text: 'hm' });
    expect(events.at(-1)).toMatchObject({ ok: true, usage: { inputTokens: 15, outputTokens: 12 } });
    expect(events.at(-1)).not.toHaveProperty('usage.costUsd');
  });
});
