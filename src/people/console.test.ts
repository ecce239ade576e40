import { PassThrough, Writable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { choice, confirmation, freeform, interviewerConformance, yesNo } from '../../test/conformance/interviewer.ts';
import { verifies } from '../../test/support/verifies.ts';
import type { Question } from '../contract/question.ts';
import { InterviewerDetached } from '../engine/ports/interviewer.ts';
import { createConsoleInterviewer, type ConsoleInterviewer } from './console.ts';

interface Terminal {
  readonly input: PassThrough;
  readonly interviewer: ConsoleInterviewer;
  readonly shown: () => string;
}

function terminal(...lines: readonly string[]): Terminal {
  const input = new PassThrough();
  const written: string[] = [];
  const output = new Writable({
    decodeStrings: false,
    write(chunk: string, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  for (const line of lines) input.write(`${line}\n`);
  return { input, interviewer: createConsoleInterviewer({ input, output }), shown: () => written.join('') };
}

const never = new AbortController().signal;

interviewerConformance('the console', (inputs) => {
  const { interviewer } = terminal(...inputs);
  return { interviewer, close: () => interviewer.close() };
});

describe('the console', () => {
  verifies('interviewer:console', 'shows the question with keys, labels, default and timeout', async () => {
    const { interviewer, shown } = terminal('y');
    const question: Question = { ...choice, timeoutMs: 900_000, defaultKey: 'N' };
    expect(await interviewer.ask(question, never)).toEqual({ kind: 'choice', key: 'Y' });
    expect(shown()).toMatchInlineSnapshot(`
      "[?] Deploy?
        [Y] Yes, deploy
        [N] No
        Without an answer within 15 m, [N] is taken.
      Select: "
    `);
  });

  verifies('human:unmatched', 'asks again, with a hint, until an input answers', async () => {
    const { interviewer, shown } = terminal('', 'what?', 'deploy');
    expect(await interviewer.ask(choice, never)).toEqual({ kind: 'choice', key: 'Y' });
    expect(shown().match(/Please answer with one of: Y, N/g)).toHaveLength(2);
    const other = terminal('maybe', 'no', '', 'text');
    expect(await other.interviewer.ask(yesNo, never)).toEqual({ kind: 'choice', key: 'NO' });
    expect(await other.interviewer.ask(freeform, never)).toEqual({ kind: 'text', text: 'text' });
    expect(other.shown()).toContain('Please answer y or n');
    expect(other.shown()).toContain('Please type an answer');
  });

  verifies('defect:gate-approves-on-noise', 'is detached by the end of input and answers nothing', async () => {
    const { input, interviewer } = terminal('maybe');
    input.end();
    await expect(interviewer.ask(confirmation, never)).rejects.toThrow(InterviewerDetached);
    await expect(interviewer.ask(choice, never)).rejects.toThrow(InterviewerDetached);
  });

  test('takes the answers that lie before the end of input', async () => {
    const { input, interviewer } = terminal('Y');
    input.end('N');
    expect(await interviewer.askMultiple([choice, choice], never)).toEqual([
      { kind: 'choice', key: 'Y' },
      { kind: 'choice', key: 'N' },
    ]);
    await expect(interviewer.ask(choice, never)).rejects.toThrow(InterviewerDetached);
  });

  test('is detached by an input that breaks', async () => {
    const { input, interviewer } = terminal();
    const asked = interviewer.ask(choice, never);
    input.destroy(new Error('read EIO'));
    await expect(asked).rejects.toThrow(InterviewerDetached);
  });

  verifies(
    'interviewer:console-timeout',
    'gives a question up as soon as it is no longer awaited, also one that waits its turn',
    async () => {
      const { input, interviewer, shown } = terminal();
      const [first, second] = [new AbortController(), new AbortController()];
      const asked = interviewer.ask(choice, first.signal);
      const queued = interviewer.ask({ ...choice, text: 'Second?' }, second.signal);
      second.abort(new Error('answered elsewhere'));
      await expect(queued).rejects.toThrow('answered elsewhere');
      first.abort(new Error('timed out'));
      await expect(asked).rejects.toThrow('timed out');
      input.write('N\n');
      expect(await interviewer.ask(choice, never)).toEqual({ kind: 'choice', key: 'N' });
      expect(shown()).toContain('(no longer awaited)');
      expect(shown()).not.toContain('Second?');
    },
  );

  test('writes messages with their stage, and no control characters of others', async () => {
    const { interviewer, shown } = terminal();
    await interviewer.inform('Building\u001b[2J\tnow', 'build');
    expect(shown()).toBe('[build] Building[2J\tnow\n');
  });

  test('reads its input only while it asks', async () => {
    const { input, interviewer } = terminal();
    expect(input.isPaused()).toBe(true);
    const asked = interviewer.ask(choice, never);
    input.write('Y\n');
    await asked;
    expect(input.isPaused()).toBe(true);
  });
});
