import { expect, test } from 'vitest';
import { generatedMessage, type MessageRequest } from './generated-message.ts';

const plain = 'Change a.ts\n\nLeft by n.\n';

function request(answer: string, more: Partial<MessageRequest> = {}): MessageRequest {
  const signal = new AbortController().signal;
  return { diff: '+a', intent: 'add a', plain, signal, ask: async () => answer, ...more };
}

test.each([
  ['feat: keep baskets', 'feat: keep baskets\n'],
  ['  fix(shop): keep baskets  \r\n\r\n\r\nThey were lost.  \r\n', 'fix(shop): keep baskets\n\nThey were lost.\n'],
  ['feat: keep baskets\nA body right behind it.', 'feat: keep baskets\n\nA body right behind it.\n'],
  ['feat: a\n\nTwo reasons: one,\nand another.', 'feat: a\n\nTwo reasons: one,\nand another.\n'],
])('%j is taken', async (answer, message) => {
  expect(await generatedMessage(request(answer))).toEqual({ message });
});

test.each([
  ['', 'is empty'],
  [' \n ', 'is empty'],
  ['```\nfeat: a\n```', 'holds a code fence'],
  ['feat: a\n\n```ts\nx\n```', 'holds a code fence'],
  [`feat: ${'a'.repeat(66)}`, 'has a first line of 72 characters or more'],
  ['Here is the message:\n\nfeat: a', 'begins with something that is no summary'],
  ['"feat: a"', 'begins with something that is no summary'],
  ['# feat: a', 'begins with something that is no summary'],
  ['feat: a\n\nSigned-off-by: me <me@example.org>', 'holds trailers'],
  ['feat: a\n\nOrchestra-Run: another\n\nBecause.', 'holds trailers'],
  ['feat: a\n\nReviewed: yes\nSeen: too', 'holds trailers'],
  ['feat: a\u001B[31m', 'holds control characters'],
  [`feat: a\n\n${'word '.repeat(500)}`, 'is longer than 2000 characters'],
])('%j is not taken, and it is said why', async (answer, problem) => {
  expect(await generatedMessage(request(answer))).toEqual({
    message: plain,
    reason: `the answer of the model ${problem}`,
  });
});

test('a model that fails leaves the plain message, with the reason on one line', async () => {
  const ask = async (): Promise<string> => Promise.reject(new Error('no\nkey'));
  expect(await generatedMessage(request('', { ask }))).toEqual({ message: plain, reason: 'the model failed: no key' });
});

test('what is aborted ends so', async () => {
  const controller = new AbortController();
  const ask = async (): Promise<string> => {
    controller.abort(new Error('cancelled'));
    throw new Error('the connection broke');
  };
  await expect(generatedMessage(request('', { ask, signal: controller.signal }))).rejects.toThrow('cancelled');
});

test('a model sees the task and at most 4,000 characters of the change, cut at a line', async () => {
  const prompts: string[] = [];
  const ask = async (prompt: string): Promise<string> => {
    prompts.push(prompt);
    return 'feat: a';
  };
  await generatedMessage(request('', { ask, diff: '+0123456789\n'.repeat(1_000), intent: 'Add ten thousand digits' }));
  const [prompt = ''] = prompts;
  expect(prompt).toContain('<task>\nAdd ten thousand digits\n</task>');
  expect(prompt).toContain('+0123456789\n[... cut here ...]\n</change>');
  expect(prompt.length).toBeLessThan(5_000);
});
