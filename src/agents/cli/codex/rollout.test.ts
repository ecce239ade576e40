import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { spentInThread } from './rollout.ts';

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), 'codex-home-'))));
afterEach(() => rmSync(home, { recursive: true }));

function record(day: string, thread: string, lines: readonly unknown[]): void {
  const folder = join(home, '.codex/sessions', day);
  mkdirSync(folder, { recursive: true });
  const text = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n');
  writeFileSync(join(folder, `rollout-2026-11-28T11-56-59-${thread}.jsonl`), `${text}\n`);
}

const counted = (input: number, output: number) => ({
  type: 'event_msg',
  payload: {
    type: 'token_count',
    info: { total_token_usage: { input_tokens: input, output_tokens: output }, last_token_usage: {} },
  },
});

test('the last total of the thread counts, whatever else its record holds', async () => {
  record('2026/11/27', 't1', [counted(1, 1)]);
  record('2026/11/28', 't2', [counted(100, 20), '"token_count" and no JSON', counted(200, 40), { type: 'other' }]);
  expect(await spentInThread('t2', { HOME: home })).toEqual({ inputTokens: 200, outputTokens: 40 });
  expect(await spentInThread('t1', { CODEX_HOME: join(home, '.codex') })).toEqual({ inputTokens: 1, outputTokens: 1 });
});

test('a thread without any turn has used nothing, and of an unknown one nothing is known', async () => {
  record('2026/11/28', 't1', [{ type: 'session_meta' }]);
  expect(await spentInThread('t1', { HOME: home })).toEqual({ inputTokens: 0, outputTokens: 0 });
  expect(await spentInThread('t2', { HOME: home })).toBeUndefined();
  expect(await spentInThread('t2', { HOME: '/nowhere' })).toBeUndefined();
});
