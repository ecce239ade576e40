import { writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inScratch } from './measuring/scratch.ts';
import { probeFsync } from './measuring/fsync-probe.ts';
import { describeMachine } from './measuring/machine.ts';
import { probeProcessor } from './measuring/processor-probe.ts';
import { benchmarksPage } from './page/benchmarks-page.ts';
import { peerVersions, preparePeers } from './peers-here.ts';
import { readResults, writeResults, type Results, type SuiteRecord } from './results.ts';
import type { Suite, SuiteOptions } from './suite.ts';
import { allSuites } from './suites/all-suites.ts';
import { verdictOf } from './verdict.ts';

const usage = `npm run bench -- [SUITE...] [--quick] [--no-peers] [--write] [--list]

  --quick         tiny sizes, once: shows that it runs; the numbers mean nothing
  --no-peers      leaves LangGraph.js and Mastra out, and does not install them
  --write         writes docs/benchmarks.md from the result file, when all suites are in it
  --page FILE     where --write writes to
  --results FILE  where every sample goes; bench/results.json by default
  --list          names the suites
  --help          this`;

/** The one that measures the peers, too. */
const peerSuite = 'durable-nodes';

/** `npm run bench`: measures, and keeps what was measured; see CONTRIBUTING.md. */
async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      quick: { type: 'boolean', default: false },
      'no-peers': { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      page: { type: 'string' },
      results: { type: 'string' },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return;
  }
  if (values.list) {
    for (const { name, title } of allSuites) console.log(`${name}: ${title}`);
    return;
  }
  const { quick } = values;
  const path = values.results ?? join(import.meta.dirname, quick ? 'results-quick.json' : 'results.json');
  if (values.write && quick && values.page === undefined)
    throw new Error('quick numbers mean nothing: no page of them');
  const options: SuiteOptions = { quick, peers: !values['no-peers'], tell: (line) => console.error(`  ${line}`) };
  const suites = suitesNamed(positionals);
  if (options.peers && suites.some(({ name }) => name === peerSuite)) preparePeers(options.tell);

  let results = readResults(path, describeMachine(tmpdir()));
  for (const suite of suites) {
    try {
      results = { ...results, suites: { ...results.suites, [suite.name]: await recordOf(suite, options) } };
      writeResults(path, results);
    } catch (thrown) {
      // The others are worth their time all the same; the exit code tells.
      complain(thrown);
    }
  }
  printTargets(results, suites);
  if (values.write) writePage(results, values.page);
}

function suitesNamed(names: readonly string[]): readonly Suite[] {
  const unknown = names.find((name) => !allSuites.some((suite) => suite.name === name));
  if (unknown !== undefined) throw new Error(`there is no suite ${unknown}\n\n${usage}`);
  return names.length === 0 ? allSuites : allSuites.filter(({ name }) => names.includes(name));
}

async function recordOf(suite: Suite, options: SuiteOptions): Promise<SuiteRecord> {
  console.error(suite.title);
  const probe = () =>
    inScratch(async (folder) => ({
      fsync: probeFsync(folder, options.quick ? 20 : 500),
      processorMs: probeProcessor(options.quick ? 2 : 20),
    }));
  const [load = 0] = loadavg();
  const before = await probe();
  const began = performance.now();
  const result = await suite.run(options);
  const tookMs = performance.now() - began;
  const after = await probe();
  return {
    title: suite.title,
    takenAt: new Date().toISOString(),
    tookMs,
    withPeers: options.peers,
    load,
    probes: [before.fsync, after.fsync],
    processorMs: [before.processorMs, after.processorMs],
    // Tiny sizes meet or miss nothing.
    result: options.quick ? { ...result, targets: [] } : result,
  };
}

function complain(thrown: unknown): void {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}

function printTargets(results: Results, suites: readonly Suite[]): void {
  for (const { name, title } of suites) {
    const record = results.suites[name];
    console.log(`${title} (${Math.round((record?.tookMs ?? 0) / 1000)} s)`);
    for (const { head, rows } of record?.result.tables ?? [])
      for (const row of [head, ...rows]) console.log(`  ${row.join(' | ')}`);
    for (const target of record?.result.targets ?? [])
      console.log(
        `  ${verdictOf(target, record?.probes ?? [])}: ${target.name}: ${target.measured} (${target.wanted})`,
      );
  }
}

/** The page of the docs has everything in it; one asked for by its path is written from what there is. */
function writePage(results: Results, asked: string | undefined): void {
  const order = allSuites.map(({ name }) => name);
  const missing = order.filter((name) => !results.suites[name]);
  if (missing.length > 0) throw new Error(`not measured yet, so no page: ${missing.join(', ')}`);
  if (asked === undefined && !results.suites[peerSuite]?.withPeers)
    throw new Error(`the peers were not measured, so no page: npm run bench -- ${peerSuite}`);
  const page = asked ?? join(import.meta.dirname, '../docs/benchmarks.md');
  writeFileSync(page, benchmarksPage(results, order, peerVersions()));
  console.log(page);
}

// Ending by exit ends what is being measured, too.
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

try {
  await main();
} catch (thrown) {
  complain(thrown);
}
