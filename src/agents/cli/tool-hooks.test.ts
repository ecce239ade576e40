import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { hookCommand, hookEnvironment, readHookFailure, tellsOfSkip, type HookKind } from './tool-hooks.ts';

const facts = { tool_name: 'Write', tool_use_id: 't1', tool_input: { file_path: 'a' }, tool_response: { ok: true } };

/** Runs the hook as an agent does: through a shell, with the facts on standard input. */
function runHook(kind: HookKind, command: string, input = JSON.stringify(facts)) {
  const env = { PATH: '/usr/bin:/bin', ...hookEnvironment({ [kind]: command }) };
  return spawnSync('/bin/sh', ['-c', hookCommand(kind)], { env, input, encoding: 'utf8' });
}

test('a pre-hook that succeeds lets the call pass in silence', () => {
  expect(runHook('pre', 'echo chatter')).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

test('a pre-hook that fails blocks the call, and its message tells exit code and output', () => {
  const done = runHook('pre', 'echo "$ORCHESTRA_TOOL_NAME $ORCHESTRA_TOOL_CALL_ID $ORCHESTRA_TOOL_INPUT"; exit 9');
  expect(done.status).toBe(2);
  expect(tellsOfSkip(`some agent: ${done.stderr}`)).toBe(true);
  expect(readHookFailure(done.stderr)).toEqual({
    type: 'ToolHookFailed',
    hook: 'pre',
    exitCode: 9,
    output: 'Write t1 {"file_path":"a"}',
  });
});

verifies(
  ['hook:pre', 'hook:pre-skips', 'hook:post-failure'],
  'a hook that ends without reading its input is judged by its exit code, however much there was to read',
  () => {
    const large = JSON.stringify({ ...facts, tool_input: 'x'.repeat(1_000_000) });
    expect(runHook('pre', 'exit 0', large)).toMatchObject({ status: 0, stderr: '' });
    expect(readHookFailure(runHook('pre', 'exit 9', large).stderr)).toMatchObject({ exitCode: 9 });
    expect(readHookFailure(runHook('post', 'exit 3', large).stderr)).toMatchObject({ exitCode: 3 });
  },
);

test('a post-hook sees the result, and its failure does not block', () => {
  const done = runHook('post', 'echo "$ORCHESTRA_TOOL_RESULT" >&2; cat >&2; exit 1');
  expect(done.status).toBe(1);
  expect(readHookFailure(done.stderr)).toMatchObject({
    hook: 'post',
    exitCode: 1,
    output: `{"ok":true}\n${JSON.stringify(facts)}`,
  });
  expect(readHookFailure(runHook('post', 'exit 3').stderr)).toMatchObject({ exitCode: 3, output: '' });
});

test('a pre-hook whose facts cannot be read, or that was killed, blocks the call', () => {
  expect(runHook('pre', 'true', 'no json').status).toBe(2);
  expect(runHook('pre', 'kill -9 $$').status).toBe(2);
});

test('what other hooks print is not ours', () => {
  expect(readHookFailure('blocked by policy')).toBeUndefined();
});

test('a long output is cut at a line, so that nothing in it is cut in two', () => {
  const output = (command: string): string =>
    readHookFailure(runHook('pre', `${command}; exit 1`).stderr)?.output ?? '';
  const lines = output('i=0; while [ $i -lt 200 ]; do echo "line $i of a hook"; i=$((i+1)); done').split('\n');
  expect(lines.length).toBeGreaterThan(90);
  expect(lines.every((line) => /^line \d+ of a hook$/.test(line))).toBe(true);
  expect(output('head -c 5000 /dev/zero | tr "\\0" x')).toBe('[a line of 5000 characters]');
});
