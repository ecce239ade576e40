import { expect, test } from 'vitest';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import { ChildRuns } from './child-runs.ts';
import { systemClock } from './clock.ts';

test('what a manager says to a child it has just started waits until the child is there', async () => {
  const journal = openMemoryJournal();
  const gate = Promise.withResolvers<void>();
  const never = new Promise<never>(() => undefined);
  const children = new ChildRuns({
    journal,
    clock: systemClock,
    async create({ runId, bundle, parent }) {
      await gate.promise;
      const settings = await journal.keep({});
      await journal.createRun({
        id: runId,
        pipeline: 'child',
        bundle,
        walkVersion: 1,
        cwd: '/',
        settings,
        parent,
        at: 1,
      });
    },
    walk: () => ({ ...handle, done: never }),
    changed: () => undefined,
    paused: () => undefined,
  });
  const parent = { runId: 'parent', key: 'boss#1:child' };
  void children.run({ runId: 'child', bundle: 'b'.repeat(64), input: {}, parent }, new AbortController().signal);
  const sent = children.send('child', 'parent/send1', { kind: 'steer', text: 'Be brief.' });
  gate.resolve();
  await sent;
  expect(await journal.inbox('child', 0)).toMatchObject([{ command: { kind: 'steer', text: 'Be brief.' } }]);
});

const handle = {
  standing: () => 'moving' as const,
  pause: () => undefined,
  suspend: () => undefined,
  cancel: () => undefined,
};
