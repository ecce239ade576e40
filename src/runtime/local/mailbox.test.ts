import { expect, test } from 'vitest';
import type { Command, InboxEntry } from '../../contract/command.ts';
import { Mailbox } from './mailbox.ts';

/** An inbox in memory that counts how often it is read. */
function inbox(...commands: readonly Command[]) {
  const entries: InboxEntry[] = [];
  const add = (command: Command): void => {
    const seq = entries.length + 1;
    entries.push({ seq, id: String(seq), command, by: 'somebody', at: 0 });
  };
  for (const command of commands) add(command);
  let reads = 0;
  return {
    add,
    reads: () => reads,
    inbox: async (_runId: string, afterSeq: number) => {
      reads += 1;
      return entries.filter(({ seq }) => seq > afterSeq);
    },
  };
}

const steer = (text: string): Command => ({ kind: 'steer', text });

test('entries come out once, in order, and only those an earlier process has not acted on', async () => {
  const journal = inbox(steer('done'), steer('a'), steer('b'));
  const mailbox = new Mailbox(journal, 'run', 1, () => undefined);
  await mailbox.refresh();
  await mailbox.refresh();
  expect(mailbox.lastTaken).toBe(1);
  expect(mailbox.first?.command).toEqual(steer('a'));
  mailbox.takeFirst();
  expect(mailbox.lastTaken).toBe(2);
  mailbox.takeFirst();
  expect(mailbox.first).toBeUndefined();
});

test('whoever waits is told of arrivals, and of nothing else', async () => {
  let told = 0;
  const journal = inbox();
  const mailbox = new Mailbox(journal, 'run', 0, () => (told += 1));
  await mailbox.refresh();
  expect(told).toBe(0);
  journal.add(steer('a'));
  await mailbox.refresh();
  expect(told).toBe(1);
});

test('many wishes to read during one reading make one more', async () => {
  const journal = inbox(steer('a'));
  const mailbox = new Mailbox(journal, 'run', 0, () => undefined);
  const first = mailbox.refresh();
  journal.add(steer('b'));
  await Promise.all([first, ...Array.from({ length: 10 }, () => mailbox.refresh())]);
  expect(journal.reads()).toBe(2);
  mailbox.takeFirst();
  expect(mailbox.first?.command).toEqual(steer('b'));
});

test('commands that mean nothing any more are passed over', async () => {
  const mailbox = new Mailbox(inbox({ kind: 'pause' }, steer('a'), { kind: 'pause' }), 'run', 0, () => undefined);
  await mailbox.refresh();
  mailbox.discard(({ kind }) => kind === 'pause');
  expect(mailbox.first?.seq).toBe(2);
  mailbox.takeFirst();
  expect(mailbox.first).toBeUndefined();
});
