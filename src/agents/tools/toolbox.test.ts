import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { newToolScene } from '../../../test/support/tool-scene.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { builtInTools } from './built-in/all-built-in.ts';
import { ToolProblem, type ToolAccess, type ToolResult } from './tool.ts';
import { toolName, zodTool } from './zod-tool.ts';

function echo(
  name: string,
  access: ToolAccess = 'read',
  run: (text: string) => Promise<ToolResult | string> = async (text) => text,
) {
  const input = z.strictObject({ text: z.string().max(100_000), count: z.int().min(1).optional() });
  return zodTool({ name, description: 'Says it again.', access, input, run: ({ text }) => run(text) });
}

const names = (tools: readonly { readonly name: string }[]): readonly string[] => tools.map(({ name }) => name);

describe('permissions', () => {
  test.each([
    ['read-only', ['read-file', 'search-code', 'list-files', 'git-diff']],
    ['workspace-write', ['read-file', 'write-file', 'edit-file', 'search-code', 'list-files', 'git-diff']],
    ['full', names(builtInTools)],
  ] as const)('%s offers %j, and a call of anything else is denied', async (permissions, offered) => {
    const { context, toolbox } = newToolScene();
    const box = toolbox({ tools: builtInTools, permissions });
    expect(names(box.tools)).toEqual(offered);
    for (const { name } of builtInTools) {
      const { denied, isError, text } = await box.call(name, {}, context);
      expect(denied).toBe(box.tools.some((tool) => tool.name === name) ? undefined : true);
      if (denied) expect({ isError, text }).toEqual({ isError: true, text: expect.stringContaining(permissions) });
    }
  });

  test('a list of names lets in what it names, by its beginning too, and nothing beyond the permissions', async () => {
    const { context, toolbox } = newToolScene();
    const box = toolbox({
      tools: builtInTools,
      permissions: 'workspace-write',
      allow: ['read-file', 'git-*', 'shell'],
    });
    expect(names(box.tools)).toEqual(['read-file', 'git-diff']);
    expect(await box.call('list-files', {}, context)).toEqual({
      text: 'list-files is not among the tools this session may use',
      isError: true,
      denied: true,
    });
    expect(await box.call('shell', { command: 'true' }, context)).toMatchObject({ denied: true });
    expect(names(toolbox({ tools: builtInTools, allow: [] }).tools)).toEqual([]);
    expect(names(toolbox({ tools: builtInTools, allow: ['*'] }).tools)).toEqual(names(builtInTools));
  });
});

test('all built-in tools have names and schemas that model APIs take', () => {
  for (const { name, parameters, description } of builtInTools) {
    expect(name).toMatch(toolName);
    expect(parameters).toMatchObject({ type: 'object', additionalProperties: false });
    expect(description.length).toBeLessThan(1_000);
  }
});

describe('a wrong call is a result', () => {
  test('of a tool that is not there, with the nearest name', async () => {
    const { context, toolbox } = newToolScene();
    expect(await toolbox({ tools: [echo('echo')] }).call('ecko', {}, context)).toEqual({
      text: 'There is no tool ecko. Did you mean `echo`?',
      isError: true,
    });
    expect(await toolbox({ tools: [] }).call('__proto__', {}, context)).toMatchObject({ isError: true });
  });

  test.each([
    [null, /must be a JSON object/],
    ['text', /must be a JSON object/],
    [[], /must be a JSON object/],
    [{}, /required property "text"/],
    [{ text: 1 }, /text: .*"string"/],
    [{ text: 'a', count: 0 }, /count: 0 is less than/],
    [{ text: 'a', more: 1 }, /more/],
  ])('with the input %j', async (input, message) => {
    const { context, toolbox } = newToolScene();
    const { text, isError } = await toolbox({ tools: [echo('echo')] }).call('echo', input, context);
    expect(isError).toBe(true);
    expect(text).toMatch(/^Wrong input for echo: /);
    expect(text).toMatch(message);
  });

  test('nested without end', async () => {
    const { context, toolbox } = newToolScene();
    const deep = JSON.parse(`${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`) as object;
    const { text } = await toolbox({ tools: [echo('echo')] }).call('echo', deep, context);
    expect(text).toContain('nested deeper than 200 levels');
  });
});

describe('what a tool throws', () => {
  const throwing = (error: Error) =>
    echo('echo', 'read', async () => {
      throw error;
    });

  test('is told to the model', async () => {
    const { call } = newToolScene();
    expect(await call(throwing(new ToolProblem('Not so.')), { text: '' })).toEqual({ text: 'Not so.', isError: true });
    expect(await call(throwing(new TypeError('x is not a function')), { text: '' })).toEqual({
      text: 'echo failed: x is not a function',
      isError: true,
    });
  });

  test('ends the step where the machine has failed', async () => {
    const { call } = newToolScene();
    await expect(call(throwing(Object.assign(new Error('full'), { code: 'ENOSPC' })), { text: '' })).rejects.toThrow(
      'full',
    );
    await expect(call(throwing(new OrchestraError('RUN_FENCED', 'taken')), { text: '' })).rejects.toThrow('taken');
  });
});

describe('results', () => {
  test('that are too long are cut in the middle, and kept whole', async () => {
    const { kept, call } = newToolScene();
    const whole = Array.from({ length: 9_000 }, (_, index) => `line ${index}`).join('\n');
    const result = await call(echo('echo'), { text: whole });
    expect(result.text).toMatch(
      /^line 0\nline 1\n[^]*\n\[\.\.\. \d+ characters left out here \.\.\.\]\n[^]*line 8999\n\[whole output: kept 1\]$/,
    );
    expect(result.text.length).toBeLessThanOrEqual(32_100);
    expect(kept).toEqual([whole]);
  });

  test('are cut where the limit says, and hold no secret that a cut would have torn', async () => {
    const { kept, context, toolbox } = newToolScene();
    const box = toolbox({ tools: [echo('echo')], limits: { outputCharacters: 40 } });
    for (let at = 0; at < 80; at += 1) {
      const { text } = await box.call(
        'echo',
        { text: `${'a'.repeat(at)}swordfish-123${'b'.repeat(80 - at)}` },
        context,
      );
      expect(text + kept.join('')).not.toMatch(/swordf|fish-123/);
    }
  });
});

test('tools that only read run side by side, all others one at a time and in order', async () => {
  const { context, toolbox } = newToolScene();
  const running = new Set<string>();
  const seen: string[] = [];
  const gates = new Map<string, () => void>();
  const slow = (name: string, access: ToolAccess) =>
    echo(name, access, async (text) => {
      running.add(text);
      seen.push([...running].join('+'));
      await new Promise<void>((resolve) => gates.set(text, resolve));
      running.delete(text);
      return text;
    });
  const box = toolbox({ tools: [slow('look', 'read'), slow('write', 'write'), slow('run', 'execute')] });
  const calls = [
    box.call('look', { text: 'l1' }, context),
    box.call('write', { text: 'w1' }, context),
    box.call('run', { text: 'x1' }, context),
    box.call('look', { text: 'l2' }, context),
    box.call('write', { text: 'w2' }, context),
  ];
  for (const text of ['w1', 'x1', 'w2', 'l1', 'l2']) {
    while (!gates.has(text)) await new Promise((resolve) => setImmediate(resolve));
    gates.get(text)?.();
  }
  expect((await Promise.all(calls)).map(({ text }) => text)).toEqual(['l1', 'w1', 'x1', 'l2', 'w2']);
  expect(
    seen
      .map((names) =>
        names
          .split('+')
          .filter((name) => !name.startsWith('l'))
          .join('+'),
      )
      .filter(Boolean),
  ).not.toContainEqual(expect.stringContaining('+'));
});

test('a call that waits for another is not made once it is aborted', async () => {
  const controller = new AbortController();
  const { context, toolbox } = newToolScene({ signal: controller.signal });
  const made: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const box = toolbox({
    tools: [
      echo('write', 'write', (text) => {
        made.push(text);
        return promise;
      }),
    ],
  });
  const first = box.call('write', { text: 'first' }, context);
  const second = box.call('write', { text: 'second' }, context);
  controller.abort(new Error('enough'));
  resolve('done');
  await first.catch(() => undefined);
  await expect(second).rejects.toThrow('enough');
  expect(made).not.toContain('second');
});

describe('tool_hooks', () => {
  test('run before and after a call, with its facts in their environment and on standard input', async () => {
    const { context, read, toolbox } = newToolScene();
    const facts = (file: string): string =>
      `printf '%s|' "$ORCHESTRA_TOOL_NAME" "$ORCHESTRA_TOOL_CALL_ID" "$ORCHESTRA_TOOL_INPUT" "\${ORCHESTRA_TOOL_RESULT-none}" > ${file}; cat >> ${file}`;
    const box = toolbox({ tools: [echo('echo')], hooks: { pre: facts('pre'), post: facts('post') } });
    const input = { text: `it's "$HOME"` };
    expect(await box.call('echo', input, context)).toEqual({ text: input.text, isError: false });
    const told = JSON.stringify(input);
    expect(read('pre')).toBe(
      `echo|call-1|${told}|none|{"tool_name":"echo","tool_use_id":"call-1","tool_input":${told}}`,
    );
    expect(read('post')).toBe(
      `echo|call-1|${told}|${input.text}|{"tool_name":"echo","tool_use_id":"call-1","tool_input":${told},"tool_response":${JSON.stringify(input.text)}}`,
    );
  });

  test('a failing pre-hook skips the call, and the model is told why', async () => {
    const { folder, events, context, toolbox } = newToolScene();
    const box = toolbox({ tools: builtInTools, hooks: { pre: 'echo not on Fridays >&2; exit 7', post: 'touch post' } });
    expect(await box.call('write-file', { path: 'a', content: '' }, context)).toEqual({
      text: 'tool_hooks.pre skipped this tool call (exit code 7): not on Fridays',
      isError: true,
    });
    expect(existsSync(join(folder, 'a'))).toBe(false);
    expect(existsSync(join(folder, 'post'))).toBe(false);
    expect(events).toContainEqual({ type: 'ToolHookFailed', hook: 'pre', exitCode: 7, output: 'not on Fridays' });
  });

  test('a failing post-hook is recorded and changes nothing', async () => {
    const { events, context, toolbox } = newToolScene();
    const box = toolbox({ tools: [echo('echo')], hooks: { post: 'echo swordfish-123; kill -9 $$' } });
    expect(await box.call('echo', { text: 'a' }, context)).toEqual({ text: 'a', isError: false });
    expect(events).toContainEqual({
      type: 'ToolHookFailed',
      hook: 'post',
      exitCode: null,
      output: '[redacted:SECRET]',
    });
  });

  test('run for calls that fail, and not for those that are never made', async () => {
    const { context, read, toolbox } = newToolScene();
    const failing = echo('echo', 'read', async () => {
      throw new ToolProblem('no');
    });
    const box = toolbox({
      tools: [failing],
      hooks: { pre: 'echo pre >> log', post: 'echo "post $ORCHESTRA_TOOL_RESULT" >> log' },
    });
    await box.call('echo', { text: 'a' }, context);
    await box.call('echo', {}, context);
    await box.call('other', {}, context);
    expect(read('log')).toBe('pre\npost no\n');
  });

  test('a hook that cannot be started has failed', async () => {
    const { events, context, toolbox } = newToolScene();
    const box = toolbox({ tools: [echo('echo')], hooks: { pre: 'true' } });
    const gone = { ...context, cwd: '/nonexistent' };
    expect(await box.call('echo', { text: 'a' }, gone)).toMatchObject({
      isError: true,
      text: expect.stringContaining('/nonexistent'),
    });
    expect(events).toMatchObject([{ type: 'ToolHookFailed', hook: 'pre', exitCode: null }]);
  });
});
