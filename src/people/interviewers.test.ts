import { describe, expect, test } from 'vitest';
import { choice, confirmation, freeform, interviewerConformance, yesNo } from '../../test/conformance/interviewer.ts';
import { verifies } from '../../test/support/verifies.ts';
import { answerFrom, type Answer, type Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import type { OrchestraError } from '../shared/errors.ts';
import { createAutoApproveInterviewer } from './auto-approve.ts';
import { createCallbackInterviewer } from './callback.ts';
import { createQueueInterviewer, parseAnswers } from './queue.ts';
import { createRecordingInterviewer } from './recording.ts';

const never = new AbortController().signal;

function callbackOver(inputs: readonly string[]): Interviewer {
  const left = inputs.values();
  return createCallbackInterviewer({
    answer: (question) => answerFrom(question, left.next().value ?? '') ?? { kind: 'skipped' },
  });
}

const yes: Answer = { kind: 'choice', key: 'YES' };
interviewerConformance('the queue', (inputs) => ({ interviewer: createQueueInterviewer(inputs) }));
interviewerConformance('the callback', (inputs) => ({ interviewer: callbackOver(inputs) }));
interviewerConformance('the recording', (inputs) => ({
  interviewer: createRecordingInterviewer(callbackOver(inputs)),
}));
interviewerConformance('auto-approve', () => ({ interviewer: createAutoApproveInterviewer() }), {
  decides: {
    MULTIPLE_CHOICE: { kind: 'choice', key: 'Y' },
    YES_NO: yes,
    CONFIRMATION: yes,
    FREEFORM: { kind: 'text', text: 'auto-approved' },
  },
});

describe('a typed text', () => {
  verifies(
    ['answer:matching', 'question:multiple-choice'],
    'means an option by key, label, bare label or target',
    () => {
      for (const text of ['y', ' Y ', '[y] yes, deploy', 'YES, DEPLOY', 'deploy']) {
        expect(answerFrom(choice, text)).toEqual({ kind: 'choice', key: 'Y' });
      }
    },
  );

  verifies(
    ['question:yes-no', 'question:confirmation', 'defect:gate-approves-on-noise'],
    'that is anything but an answer answers nothing',
    () => {
      for (const text of ['', '  ', 'maybe', 'yes no', '1', 'yess', 'ok']) {
        expect(answerFrom(choice, text)).toBeUndefined();
        expect(answerFrom(yesNo, text)).toBeUndefined();
        expect(answerFrom(confirmation, text)).toBeUndefined();
      }
      expect(['y', 'YES', 'n', ' No '].map((text) => answerFrom(confirmation, text))).toEqual(
        ['YES', 'YES', 'NO', 'NO'].map((key) => ({ kind: 'choice', key })),
      );
    },
  );

  verifies('question:freeform', 'is a free answer as it is, unless it is empty', () => {
    expect(answerFrom(freeform, ' two  words ')).toEqual({ kind: 'text', text: ' two  words ' });
    expect(answerFrom(freeform, ' ')).toBeUndefined();
  });
});

describe('auto-approve', () => {
  verifies('interviewer:auto-approve', 'has words for a choice without options', async () => {
    const empty: Question = { ...choice, options: [] };
    expect(await createAutoApproveInterviewer().ask(empty, never)).toEqual({ kind: 'text', text: 'auto-approved' });
  });
});

describe('the queue', () => {
  verifies(
    [
      'interviewer:ask',
      'interviewer:ask-multiple',
      'answer:kinds',
      'interviewer:queue',
      'machine:answers:timeout',
      'machine:answers:skipped',
      'machine:answers:exhausted',
      'machine:answers:order',
    ],
    'takes TIMEOUT and SKIPPED as such, and skips when it is used up',
    async () => {
      const queue = createQueueInterviewer(['TIMEOUT', 'n', 'SKIPPED']);
      expect(await queue.askMultiple([choice, choice, choice, choice], never)).toEqual([
        { kind: 'timeout' },
        { kind: 'choice', key: 'N' },
        { kind: 'skipped' },
        { kind: 'skipped' },
      ]);
    },
  );

  verifies('defect:gate-approves-on-noise', 'gives an answer that fits nothing as invalid', async () => {
    const queue = createQueueInterviewer(['perhaps', 'perhaps']);
    expect(await queue.ask(choice, never)).toEqual({ kind: 'invalid', text: 'perhaps' });
    expect(await queue.ask(yesNo, never)).toEqual({ kind: 'invalid', text: 'perhaps' });
  });

  test('is read from a JSON list of strings, and anything else is refused with the place', () => {
    expect(parseAnswers('["Y","TIMEOUT"]')).toEqual(['Y', 'TIMEOUT']);
    const refused = (text: string, message: RegExp): void => {
      expect(() => parseAnswers(text)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as OrchestraError);
      expect(() => parseAnswers(text)).toThrow(message);
    };
    refused('[', /not JSON/);
    refused('{}', /answers: .*array/);
    refused('["Y",1]', /answers\[1\]: /);
  });
});

describe('the callback', () => {
  verifies('interviewer:callback', 'decides, but a choice that is no option is invalid', async () => {
    const saying = (answer: Answer): Interviewer => createCallbackInterviewer({ answer: () => answer });
    expect(await saying({ kind: 'choice', key: 'N', by: 'ada' }).ask(choice, never)).toEqual({
      kind: 'choice',
      key: 'N',
      by: 'ada',
    });
    expect(await saying({ kind: 'choice', key: 'Z' }).ask(choice, never)).toEqual({ kind: 'invalid', text: 'Z' });
    expect(await saying({ kind: 'choice', key: 'Y' }).ask(yesNo, never)).toEqual({ kind: 'invalid', text: 'Y' });
  });

  test('is told when its answer is no longer awaited', async () => {
    const controller = new AbortController();
    const told = Promise.withResolvers<unknown>();
    const interviewer = createCallbackInterviewer({
      answer: (_question, signal) =>
        new Promise(() => signal.addEventListener('abort', () => told.resolve(signal.reason))),
    });
    const asked = interviewer.ask(choice, controller.signal);
    controller.abort(new Error('too late'));
    await expect(asked).rejects.toThrow('too late');
    expect(await told.promise).toEqual(new Error('too late'));
  });

  verifies('interviewer:inform', 'gets messages where it wants them', async () => {
    const messages: string[] = [];
    const inform = (message: string, stage: string): void => void messages.push(`${stage}: ${message}`);
    await createCallbackInterviewer({ answer: () => yes, inform }).inform('Building', 'build');
    expect(messages).toEqual(['build: Building']);
  });
});

verifies('interviewer:recording', 'a recording keeps every question with its answer', async () => {
  const recording = createRecordingInterviewer(createQueueInterviewer(['Y']));
  await recording.askMultiple([choice, freeform], never);
  expect(recording.recordings).toEqual([
    { question: choice, answer: { kind: 'choice', key: 'Y' } },
    { question: freeform, answer: { kind: 'skipped' } },
  ]);
});
