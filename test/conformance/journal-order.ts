import { describe, expect, onTestFinished, test } from 'vitest';
import type { Lease, NewTurn, Turn } from '../../src/engine/ports/journal.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import type { JournalSite } from './journal.ts';

/** In which order every driver tells of what it has written. Register it once per driver. */
export function journalOrderConformance(driver: string, createSite: () => Promise<JournalSite>): void {
  describe(`the order of a ${driver} journal`, () => {
    test('is that in which appends resolve, whichever run and branch they are of', async () => {
      const site = await createSite();
      const journal = await site.open({ redactor: createRedactor(), livenessOf: () => 'alive', now: () => 1_000 });
      onTestFinished(async () => {
        await journal.close();
        await site.remove();
      });
      const begin = async (id: string): Promise<Lease> => {
        const settings = await journal.keep({});
        await journal.createRun({
          id,
          pipeline: 'p',
          bundle: 'b'.repeat(64),
          walkVersion: 1,
          cwd: '/',
          settings,
          at: 1,
        });
        return journal.acquire(id, { pid: 1, host: 'here', bootId: 'boot', startTime: 't' });
      };
      const [lease, other] = [await begin('r1'), await begin('r2')];
      const branch = await journal.openBranch(lease, 'work#1');
      const one: NewTurn = { type: 'said', at: 1, payload: await journal.keep({}) };

      const resolved: number[] = [];
      const note = (turns: readonly Turn[]): void => void resolved.push(...turns.map(({ seq }) => seq));
      const appends = Array.from({ length: 20 }, () => [
        journal.append(lease, [one]).then(note),
        journal.appendToBranch(branch, [one, one]).then(note),
        journal.append(other, [one], { state: 'running' }).then(note),
      ]);
      await Promise.all(appends.flat());
      expect(resolved).toHaveLength(80);
      expect(resolved).toEqual(resolved.toSorted((first, second) => first - second));
    });
  });
}
