import { statSync } from 'node:fs';
import { join } from 'node:path';
import { StatementSync } from 'node:sqlite';
import { expect, onTestFinished, vi } from 'vitest';
import { newFolder, pipeline } from '../../test/support/library.ts';
import { verifies } from '../../test/support/verifies.ts';
import { run } from '../index.ts';
import { armFailpoint } from '../shared/failpoint.ts';

interface Cost {
  readonly commits: number;
  /** Statements that write, those that frame transactions included. */
  readonly statements: number;
  /** Of the closed database, its log written back. */
  readonly bytes: number;
}

/** What a linear run of simulated nodes costs in a journal of its own: counts that no machine changes. */
async function costOf(nodes: number): Promise<Cost> {
  const folder = newFolder();
  // Ids of one length: the bytes of two runs differ by their nodes alone.
  const ids = Array.from({ length: nodes }, (_, index) => `stage${100 + index}`);
  let commits = 0;
  using _counting = armFailpoint('journal:after-commit', () => (commits += 1));
  const statements = vi.spyOn(StatementSync.prototype, 'run');
  onTestFinished(() => statements.mockRestore());
  const { result } = await run(pipeline(`start -> ${ids.join(' -> ')} -> exit`, folder), {
    cwd: folder,
    env: {},
    backend: 'simulation',
  });
  expect((await result).status).toBe('success');
  const count = statements.mock.calls.length;
  statements.mockRestore();
  return { commits, statements: count, bytes: statSync(join(folder, '.orchestra/journal.db')).size };
}

verifies(
  ['durability:journal:group-commit', 'durability:R6:constant-cost'],
  'each node of a linear run costs one commit and the same statements and bytes, however long the run is',
  async () => {
    const [short, middle, long] = [await costOf(50), await costOf(100), await costOf(150)];
    const [first, last] = [costBetween(short, middle), costBetween(middle, long)];
    expect(first).toMatchObject({ commits: 50, statements: last.statements });
    expect(last.commits).toBe(50);
    // A transaction, a savepoint in it, five turns and the head of the branch: it may not become more unnoticed.
    expect(last.statements / 50).toBeLessThanOrEqual(10);
    // Pages are filled unevenly. Were the whole state written with each node, it would be half as much again and more.
    expect(last.bytes / first.bytes).toBeLessThan(1.2);
  },
);

function costBetween(shorter: Cost, longer: Cost): Cost {
  return {
    commits: longer.commits - shorter.commits,
    statements: longer.statements - shorter.statements,
    bytes: longer.bytes - shorter.bytes,
  };
}
