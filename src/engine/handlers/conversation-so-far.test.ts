import { expect, test } from 'vitest';
import { conversationSoFar } from './conversation-so-far.ts';

test('long conversations are told from their end, within bounds', () => {
  const events = Array.from({ length: 200 }, (_, index) => [
    { type: 'AgentText', text: `${index} ${'x'.repeat(3_000)}` } as const,
    { type: 'AgentToolResult', id: 'a', isError: true, output: 'y'.repeat(3_000) } as const,
  ]).flat();
  const told = conversationSoFar(events);
  expect(told.length).toBeLessThan(12_100);
  expect(told.split('\n')[0]).toBe('(what was before is left out)');
  expect(told).toContain('said: 199 xxx');
  expect(told).toContain('it failed: yyy');
  expect(told).not.toContain('said: 0 ');
});

test('nothing said is an empty account', () => {
  expect(
    conversationSoFar([
      { type: 'AgentText', text: ' \n' },
      { type: 'AgentWarning', message: 'hm' },
    ]),
  ).toBe('');
});
