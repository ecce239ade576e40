import { spawn, type ChildProcess } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { EventLine } from '../../src/contract/event-line.ts';
import type { ResultLine } from '../../src/contract/result-line.ts';
import type { Json } from '../../src/shared/json.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';

const launcher = join(import.meta.dirname, '../../bin/orchestra.js');

/** A command that has ended. */
export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The only line of stdout, as JSON. */
  document<T = Record<string, Json>>(): T;
  /** Every line of stdout before the result. */
  events(): readonly EventLine[];
  /** The last line of stdout. */
  result(): ResultLine;
}

/** A command that runs. */
export interface Running {
  readonly process: ChildProcess;
  readonly finished: Promise<Finished>;
  /** Resolves once stdout has the text; rejects when the command ends without it. */
  prints(text: string): Promise<void>;
  /** The same for stderr. */
  tells(text: string): Promise<void>;
  /** Types into its stdin, which stays open. */
  type(text: string): void;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What is piped into stdin, which then ends; closed at once unless given; `open` stays open without a word. */
  readonly stdin?: string;
  /** Program and arguments that start the command in their own place, as `prlimit` does. */
  readonly prefix?: readonly string[];
}

/** A temporary project folder with the real command line in it; removed, with whatever still runs, when the test ends. */
export interface CliProject {
  readonly folder: string;
  /** Where programs for this project's commands can be put: first on their PATH. */
  readonly bin: string;
  /** HOME of its commands. */
  readonly home: string;
  /** Environment of its commands. */
  readonly environment: Readonly<Record<string, string>>;
  write(name: string, content: string | Json): string;
  read(name: string): string;
  has(name: string): boolean;
  run(args: readonly string[], options?: CommandOptions): Promise<Finished>;
  start(args: readonly string[], options?: CommandOptions): Running;
  /** What commands of this project have started and that still runs. */
  leftRunning(): readonly number[];
}

export function newProject(): CliProject {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'orchestra-cli-')));
  const [folder, bin, home] = ['project', 'bin', 'home'].map((name) => join(root, name)) as [string, string, string];
  for (const path of [folder, bin, home]) mkdirSync(path);
  // A folder of its own: agents installed beside this Node.js stay out of sight.
  symlinkSync(process.execPath, join(bin, 'node'));
  const environment = {
    PATH: `${bin}:/usr/bin:/bin`,
    HOME: home,
    LANG: 'C.UTF-8',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
  };
  const started: ChildProcess[] = [];

  const start: CliProject['start'] = (args, { cwd = folder, env = {}, stdin = '', prefix = [] } = {}) => {
    const [program = '', ...rest] = [...prefix, process.execPath, launcher, ...args];
    const child = spawn(program, rest, {
      cwd,
      env: { ...environment, ...env },
      stdio: [stdin === '' ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    started.push(child);
    return follow(child, stdin);
  };
  onTestFinished(() => {
    for (const pid of livingIn(home)) endProcess(pid);
    rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    folder,
    bin,
    home,
    environment,
    write(name, content) {
      const path = join(folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
      return path;
    },
    read: (name) => readFileSync(join(folder, name), 'utf8'),
    has: (name) => existsSync(join(folder, name)),
    run: (args, options) => start(args, options).finished,
    start,
    leftRunning: () => livingIn(home).filter((pid) => !started.some((child) => child.pid === pid)),
  };
}

function follow(child: ChildProcess, stdin: string): Running {
  const streams = { stdout: '', stderr: '' };
  const watchers = new Set<() => void>();
  const changed = (): void => {
    for (const watcher of watchers) watcher();
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (chunk: string) => {
      streams[name] += chunk;
      changed();
    });
  }
  // A command may end without having read what it was given.
  child.stdin?.on('error', () => undefined);
  if (stdin !== '' && stdin !== openStdin) child.stdin?.end(stdin);
  const ended = { now: false };
  const finished = new Promise<Finished>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      ended.now = true;
      changed();
      resolve(finishedWith(code, signal, streams.stdout, streams.stderr));
    });
  });
  const contains = (name: 'stdout' | 'stderr', text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (streams[name].includes(text)) resolve();
        else if (ended.now) reject(new Error(`it ended without ${text}:\n${streams.stdout}\n${streams.stderr}`));
        else return;
        watchers.delete(look);
      };
      watchers.add(look);
      look();
    });
  return {
    process: child,
    finished,
    prints: (text) => contains('stdout', text),
    tells: (text) => contains('stderr', text),
    type: (text) => void child.stdin?.write(text),
  };
}

/** Stdin that stays open and says nothing. */
export const openStdin = '\0open';

function finishedWith(code: number | null, signal: NodeJS.Signals | null, stdout: string, stderr: string): Finished {
  const lines = (): readonly unknown[] =>
    stdout
      .split('\n')
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
  return {
    code,
    signal,
    stdout,
    stderr,
    document<T>() {
      const [document, ...more] = lines();
      if (more.length > 0) throw new Error(`more than one line: ${stdout}`);
      return document as T;
    },
    events: () => lines().slice(0, -1) as readonly EventLine[],
    result: () => lines().at(-1) as ResultLine,
  };
}

/** Processes with that HOME: the commands of a project and whatever they started. */
function livingIn(home: string): readonly number[] {
  return processTable().flatMap(({ pid }) => (wasStartedWith(pid, `HOME=${home}`) ? [pid] : []));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    // It ended by itself meanwhile.
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

/** Waits until the condition holds; the test's own time limit bounds it. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}
