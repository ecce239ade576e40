import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { Results } from '../../bench/results.ts';
import { allSuites } from '../../bench/suites/all-suites.ts';

const main = join(import.meta.dirname, '../../bench/main.ts');

function bench(...words: readonly string[]) {
  return spawnSync(process.execPath, [main, ...words], { encoding: 'utf8' });
}

test('the benchmark measures every suite and writes its page, without the peers', () => {
  const folder = mkdtempSync(join(tmpdir(), 'orchestra-bench-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [results, page] = [join(folder, 'results.json'), join(folder, 'page.md')];
  const { status, stderr } = bench('--quick', '--no-peers', '--results', results, '--write', '--page', page);
  expect(status, stderr).toBe(0);

  const { suites } = JSON.parse(readFileSync(results, 'utf8')) as Results;
  expect(Object.keys(suites)).toEqual(allSuites.map(({ name }) => name));
  const cells = Object.values(suites).flatMap(({ result }) => result.tables.flatMap(({ rows }) => rows.flat()));
  expect(cells.length).toBeGreaterThan(50);
  // What was not measured shows as one of these.
  expect(cells.filter((cell) => /NaN|Infinity|undefined|^$/.test(cell))).toEqual([]);

  const text = readFileSync(page, 'utf8');
  for (const { title } of allSuites) expect(text).toContain(`\n## ${title}\n`);
});

test('the benchmark refuses a suite it does not have, and a page of numbers that mean nothing', () => {
  expect(bench('fan-in')).toMatchObject({ status: 1, stderr: expect.stringContaining('there is no suite fan-in') });
  expect(bench('--quick', '--write')).toMatchObject({ status: 1, stderr: expect.stringContaining('no page') });
});
