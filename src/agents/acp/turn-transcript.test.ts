import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../shared/json.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { acpAgentOfDriver } from './acp-agent.ts';
import type { AcpProgram } from './acp-program.ts';
import { TurnTranscript } from './turn-transcript.ts';

function transcript(program: Partial<AcpProgram> = {}): TurnTranscript {
  const agent = acpAgentOfDriver({ id: 'stub', command: ['stub'] });
  return new TurnTranscript({
    agent: { ...agent, program: { ...agent.program, ...program } },
    cwd: '/project',
    resumed: false,
    redactor: createRedactor({ TOKEN: 'secret-value' }),
  });
}

const update = (kind: string, more: object = {}): Json => ({
  sessionId: 's',
  update: { sessionUpdate: kind, ...more },
});
const said = (text: string, messageId?: string): Json =>
  update('agent_message_chunk', { content: { type: 'text', text }, ...(messageId !== undefined && { messageId }) });

test('the answer is the last message, or what was said since the last call of a tool', () => {
  const byMessage = transcript();
  for (const news of [said('I look.', 'm1'), said('It ', 'm2'), said('is done.', 'm2')]) byMessage.read(news);
  expect(byMessage.text).toBe('It is done.');
  const byCall = transcript();
  const call = { toolCallId: 't1', kind: 'read', title: 'Reading' };
  byCall.read(said('I look.'));
  byCall.read(update('tool_call', { ...call, status: 'completed' }));
  byCall.read(said('Done.'));
  // Late news of a call that is over cuts the answer in two no more.
  byCall.read(update('tool_call_update', { ...call, status: 'completed' }));
  expect(byCall.text).toBe('Done.');
});

test('notes of the agent are no part of an answer', () => {
  const told = transcript({ notes: /^Info: / });
  expect(told.read(said('Info: retrying'))).toEqual([{ type: 'AgentWarning', message: 'stub: Info: retrying' }]);
  expect(told.text).toBe('');
});

test('what is strange is a warning without secrets, and what is only new is nothing', () => {
  const told = transcript();
  expect(told.read(update('of_tomorrow'))).toEqual([]);
  const [warning] = told.read(update('tool_call', { title: 'secret-value' }));
  expect(warning).toMatchObject({ type: 'AgentWarning', message: expect.stringContaining('toolCallId') });
  expect(JSON.stringify(warning)).not.toContain('secret-value');
  expect(told.odd('half a line with secret-value')).toEqual([
    { type: 'AgentWarning', message: 'stub: not a message of the protocol: half a line with [redacted:TOKEN]' },
  ]);
});

test('nothing an agent tells makes it throw', () => {
  const kinds = [
    'agent_message_chunk',
    'agent_thought_chunk',
    'tool_call',
    'tool_call_update',
    'usage_update',
    'notice',
  ];
  const keys = [
    'content',
    'type',
    'text',
    'toolCallId',
    'status',
    'rawInput',
    'rawOutput',
    'locations',
    'path',
    '_meta',
    'cost',
  ];
  const value = fc.letrec<{ any: Json; object: Record<string, Json> }>((tie) => ({
    any: fc.oneof(
      { depthSize: 'small' },
      fc.constantFrom<Json>('text', 'completed', 'diff', '', null, 1, true),
      fc.array(tie('any'), { maxLength: 3 }),
      tie('object'),
    ),
    object: fc.dictionary(fc.constantFrom(...keys), tie('any')),
  })).object;
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.constantFrom(...kinds), value)), (news) => {
      const told = transcript();
      for (const [kind, more] of news) told.read(update(kind, more));
      told.usage(undefined);
    }),
    { seed: 7, numRuns: 500 },
  );
});
