import { describe, expect, test } from 'vitest';
import type { StepEvent } from '../../contract/event.ts';
import { toolCall } from './message-shapes.ts';
import { ToolCalls } from './tool-calls.ts';

/** What each piece of news of one call stands for. */
function told(...news: readonly object[]): readonly StepEvent[] {
  const calls = new ToolCalls('/project');
  return news.flatMap((piece) => calls.update(toolCall.parse({ toolCallId: 't1', ...piece })));
}

const call = (tool: string, input: object): StepEvent =>
  ({ type: 'AgentToolCall', id: 't1', tool, input }) as StepEvent;
const result = (output: string, isError = false): StepEvent => ({ type: 'AgentToolResult', id: 't1', isError, output });

describe('a call', () => {
  test('is told once, when its arguments are whole, and keeps what it was called with', () => {
    expect(
      told(
        { name: 'Bash', kind: 'execute', status: 'pending', title: 'Terminal', rawInput: {}, content: [] },
        { rawInput: { command: 'mak' } },
        { rawInput: { command: 'make' }, content: [{ type: 'content', content: { type: 'text', text: 'builds' } }] },
        { status: 'completed', rawOutput: 'built' },
        { status: 'completed', rawOutput: 'again' },
      ),
    ).toEqual([call('Bash', { command: 'make' }), result('built')]);
  });

  test('that begins is told, and so is one of which only its end is heard', () => {
    expect(told({ kind: 'edit', status: 'in_progress', title: 'write', rawInput: { a: 1 } })).toEqual([
      call('edit', { a: 1 }),
    ]);
    expect(told({ kind: 'read', title: 'Reading', locations: [{ path: '/project/a' }], status: 'failed' })).toEqual([
      call('read', { title: 'Reading', paths: ['/project/a'] }),
      result('', true),
    ]);
  });

  test.each([
    [{ _meta: { claudeCode: { toolName: 'Write' } }, kind: 'edit' }, 'Write'],
    [{ _meta: { toolName: 'write_file' }, kind: 'edit' }, 'write_file'],
    [{ kind: 'execute', title: 'make' }, 'execute'],
    [{ title: 'Some question' }, 'Some question'],
    [{}, 'other'],
  ])('has the best name there is in %j', (facts, tool) => {
    expect(told({ ...facts, status: 'in_progress' })[0]).toMatchObject({ tool });
  });

  test.each([
    [{ rawOutput: { output: 'text', metadata: {} } }, 'text'],
    [{ rawOutput: { message: 'denied', code: 'x' } }, 'denied'],
    [{ rawOutput: { lines: 3 } }, '{"lines":3}'],
    [{ rawOutput: { diff: '' }, content: [{ type: 'diff', path: '/project/a', oldText: 'a' }] }, ''],
    [{ content: [{ type: 'content', content: { type: 'text', text: 'one' } }, { type: 'terminal' }] }, 'one'],
    [{ _meta: { terminal_output_delta: { data: 'printed\n' } } }, 'printed\n'],
    [{}, ''],
  ])('has come to what %j says', (facts, output) => {
    expect(told({ ...facts, status: 'completed' })).toContainEqual(result(output));
  });
});

describe('files', () => {
  const diff = (path: string, oldText: string | null) => ({ type: 'diff', path, oldText, newText: 'new' });
  const change = (path: string, kind: string) => ({ type: 'AgentFileChange', path, change: kind });

  test('are told when the call that changed them has gone well', () => {
    const content = [diff('/project/new.txt', null), diff('/project/old.txt', 'old'), diff('/elsewhere/x', '')];
    expect(told({ kind: 'edit', content }, { status: 'completed' }).slice(2)).toEqual([
      change('new.txt', 'created'),
      change('old.txt', 'modified'),
      change('/elsewhere/x', 'created'),
    ]);
    expect(told({ kind: 'edit', content }, { status: 'failed' }).map(({ type }) => type)).not.toContain(
      'AgentFileChange',
    );
  });

  test('that are only named are told by the kind of the call', () => {
    const locations = [{ path: '/project/a' }];
    expect(told({ kind: 'edit', locations, status: 'completed' })).toContainEqual(change('a', 'modified'));
    expect(told({ kind: 'delete', locations, status: 'completed' })).toContainEqual(change('a', 'deleted'));
    expect(told({ kind: 'read', locations, status: 'completed' })).toHaveLength(2);
  });

  test('that were written through us are not told again', () => {
    const calls = new ToolCalls('/project');
    expect(calls.written('/project/a', 'created')).toEqual(change('a', 'created'));
    const news = toolCall.parse({
      toolCallId: 't1',
      kind: 'edit',
      content: [diff('/project/a', '')],
      status: 'completed',
    });
    expect(calls.update(news).map(({ type }) => type)).toEqual(['AgentToolCall', 'AgentToolResult']);
  });
});
