import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { StepEvent } from '../../contract/event.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { EventRedaction } from './step-event-redaction.ts';

const secret = 'correct-horse-battery';
const text = (words: string): StepEvent => ({ type: 'AgentText', text: words });
const thinking = (words: string): StepEvent => ({ type: 'AgentThinking', text: words });

function told(events: readonly StepEvent[]): readonly StepEvent[] {
  const redaction = new EventRedaction(createRedactor({ PASSPHRASE: secret }));
  return [...events.flatMap((event) => redaction.push(event)), ...redaction.end()];
}

verifies('durability:redaction:door', 'a secret an agent says in two pieces is found wherever it is cut', () => {
  for (let cut = 1; cut < secret.length; cut += 1) {
    const events = told([text(`it is ${secret.slice(0, cut)}`), text(`${secret.slice(cut)} indeed`)]);
    expect(events.map((event) => ('text' in event ? event.text : '')).join('')).toBe(
      'it is [redacted:PASSPHRASE] indeed',
    );
  }
});

test('whole texts stay one event each, also where their ends could begin a secret', () => {
  expect(told([text('first corr'), thinking('aside'), text('done')])).toEqual([
    text('first corr'),
    thinking('aside'),
    text('done'),
  ]);
});

test('what waits is told before the next event of another kind, and secrets are found in those as well', () => {
  const call: StepEvent = { type: 'AgentToolCall', id: '1', tool: 'Bash', input: { command: `echo ${secret}` } };
  expect(told([text('I call corr'), call])).toEqual([
    text('I call corr'),
    { ...call, input: { command: 'echo [redacted:PASSPHRASE]' } },
  ]);
});
