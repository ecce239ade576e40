import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launcher, launcherFlags, timeNode } from '../measuring/command-line.ts';
import { linearPipeline } from '../measuring/pipelines.ts';
import { inScratch } from '../measuring/scratch.ts';
import { showMs, showTimes } from '../measuring/show.ts';
import { median } from '../measuring/statistics.ts';
import { atMost, type Suite, type SuiteResult } from '../suite.ts';

const root = join(import.meta.dirname, '../..');
const limits = { help: 3, compile: 8 } as const;

interface Command {
  readonly name: string;
  readonly words: readonly string[];
  readonly limit?: number;
}

export const startUp: Suite = {
  name: 'start-up',
  title: 'Start-up of the command',
  run: ({ quick, tell }) =>
    inScratch(async (folder) => {
      writeFileSync(join(folder, 'small.dot'), linearPipeline(3));
      const places = [{ from: 'checkout', path: launcher }];
      if (!quick) places.push({ from: 'package', path: builtPackage(join(folder, 'package')) });
      const commands: readonly Command[] = [
        { name: 'node -e 0', words: ['-e', '0'] },
        ...places.flatMap(({ from, path }) => [
          { name: `--help (${from})`, words: [...launcherFlags, path, '--help'], limit: limits.help },
          {
            name: `compile small.dot (${from})`,
            words: [...launcherFlags, path, 'compile', 'small.dot'],
            limit: limits.compile,
          },
        ]),
      ];
      const rounds = quick ? 1 : 21;
      tell(`${commands.length} commands, ${rounds} rounds`);
      return resultOf(commands, timesOf(commands, rounds, folder));
    }),
};

/** As `npm pack` would build it, with the packages of this checkout. */
function builtPackage(folder: string): string {
  mkdirSync(folder);
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const words = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(folder, 'dist')];
  const { status, stdout } = spawnSync(process.execPath, words, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`the package cannot be built:\n${stdout}`);
  for (const part of ['bin', 'package.json']) cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  return join(folder, 'bin/orchestra.js');
}

/** By name; each round runs every command once, after two rounds that fill the compile cache. */
function timesOf(commands: readonly Command[], rounds: number, cwd: string): ReadonlyMap<string, readonly number[]> {
  const times = new Map(commands.map(({ name }): [string, number[]] => [name, []]));
  for (let round = -2; round < rounds; round += 1) {
    for (const { name, words } of commands) {
      const tookMs = timeNode(words, { cwd });
      if (round >= 0) times.get(name)?.push(tookMs);
    }
  }
  return times;
}

function resultOf(commands: readonly Command[], times: ReadonlyMap<string, readonly number[]>): SuiteResult {
  const bare = times.get('node -e 0') ?? [];
  /** Median of what each round's command took beside the bare Node.js of the same round. */
  const ratioOf = (name: string): number =>
    median((times.get(name) ?? []).map((tookMs, round) => tookMs / (bare[round] ?? Number.NaN)));
  return {
    text: [
      `Whole processes, from their start to their end, with a warm compile cache; each round runs all of them, and the
ratio is the median of the rounds' ratios. A checkout runs its TypeScript, the published package its JavaScript.`,
    ],
    tables: [
      {
        head: ['command', 'time', 'beside `node -e 0`'],
        rows: commands.map(({ name }) => [
          `\`${name.replace(' (', '` (')}${name.includes('(') ? '' : '`'}`,
          showMs(median(times.get(name) ?? [])),
          showTimes(ratioOf(name)),
        ]),
      },
    ],
    targets: commands.flatMap(({ name, limit }) =>
      limit === undefined ? [] : [atMost(`Start-up: ${name}`, limit, ratioOf(name), showTimes)],
    ),
    samples: Object.fromEntries(times),
  };
}
