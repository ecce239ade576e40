import { PassThrough } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { choice, interviewerConformance } from '../../../test/conformance/interviewer.ts';
import { createDeskInterviewer } from '../../people/desk.ts';
import { InterviewerDetached } from '../../engine/ports/interviewer.ts';
import { LiveDesk } from './live-desk.ts';

const never = new AbortController().signal;

/** Types the inputs, each when a question is seen. */
function typing(desk: LiveDesk, inputs: readonly string[]): void {
  const left = [...inputs];
  desk.watch({
    changed() {
      if (!desk.current) return;
      const input = left.shift();
      if (input !== undefined) void setImmediate().then(() => desk.enter(input));
    },
    closed: () => undefined,
    informed: () => undefined,
  });
}

interviewerConformance('the desk of the live view', (inputs) => {
  const desk = new LiveDesk();
  typing(desk, inputs);
  return { interviewer: createDeskInterviewer(desk), close: () => desk.dispose() };
});

interviewerConformance('the desk of the live view beside a pipe', (inputs) => {
  const input = new PassThrough();
  for (const line of inputs) input.write(`${line}\n`);
  const desk = new LiveDesk(input);
  return { interviewer: createDeskInterviewer(desk), close: () => desk.dispose() };
});

describe('the desk of the live view', () => {
  test('what is typed before a question is seen does not answer it', async () => {
    const desk = new LiveDesk();
    desk.enter('N');
    const asked = createDeskInterviewer(desk).ask(choice, never);
    await setImmediate();
    desk.enter('Y');
    expect(await asked).toMatchObject({ kind: 'choice', key: 'Y' });
  });

  test('says what would be an answer until there is one', async () => {
    const desk = new LiveDesk();
    const seen: (string | undefined)[] = [];
    const inputs = ['what?', 'Y'];
    desk.watch({
      changed() {
        seen.push(desk.current ? (desk.current.hint ?? desk.current.question.text) : undefined);
        if (desk.current) void setImmediate().then(() => desk.enter(inputs.shift() ?? ''));
      },
      closed: (_question, end) => seen.push(end),
      informed: () => undefined,
    });
    await createDeskInterviewer(desk).ask(choice, never);
    expect(seen).toEqual(['Deploy?', 'Please answer with one of: Y, N', 'answered', undefined]);
  });

  test('once it is left, open and further questions are those of other processes', async () => {
    const desk = new LiveDesk();
    const interviewer = createDeskInterviewer(desk);
    const asked = interviewer.ask(choice, never);
    await setImmediate();
    desk.leave();
    await expect(asked).rejects.toThrow(InterviewerDetached);
    await expect(interviewer.ask(choice, never)).rejects.toThrow(InterviewerDetached);
    expect(desk.isTypedAt).toBe(false);
  });
});
