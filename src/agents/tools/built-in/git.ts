import type { BoundedText } from '../../../shared/process/bounded-text.ts';
import { runProgram } from '../run-program.ts';
import { ToolProblem, type ToolServices } from '../tool.ts';

const timeoutMs = 30_000;

/**
 * Nothing a repository says makes git run a program for tools that only read: no monitor, no pager, no repository that
 * merely lies there as a folder.
 */
const settings = ['core.fsmonitor=false', 'safe.bareRepository=explicit', 'core.quotePath=false'];
const safely = ['--no-pager', ...settings.flatMap((setting) => ['-c', setting])];

export interface GitResult {
  readonly output: BoundedText;
  readonly exitCode: number;
}

export interface GitOptions {
  /** Exit codes by which it answers, beside 0. */
  readonly answers?: readonly number[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs git in the working folder.
 * @throws ToolProblem where git is missing, takes too long, or says that it cannot
 */
export async function git(
  services: ToolServices,
  args: readonly string[],
  { answers = [], env }: GitOptions = {},
): Promise<GitResult> {
  const { stdout, stderr, exit } = await runProgram(services, {
    command: 'git',
    args: [...safely, ...args],
    shownAs: ['git', ...args].join(' '),
    env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', ...env },
    timeoutMs,
  });
  const { exitCode, endedBy } = exit;
  if (exitCode !== null && [0, ...answers].includes(exitCode)) return { output: stdout, exitCode };
  if (endedBy === 'timeout') throw new ToolProblem(`git took longer than ${timeoutMs / 1_000} seconds.`);
  if (exitCode === 127) throw new ToolProblem('git is not installed here.');
  throw new ToolProblem(`git says: ${stderr.text().trim() || `exit code ${exitCode ?? 'none'}`}`);
}

/**
 * How git is told of files: those at a place of the working folder whose path or name below it fits.
 * @param name of the place, relative to the working folder
 */
export function pathspec(name: string, glob?: string): string {
  if (glob === undefined) return `:(literal)${name}`;
  const pattern = glob.includes('/') ? glob : `**/${glob}`;
  return `:(glob)${name === '.' ? pattern : `${escaped(name)}/${pattern}`}`;
}

function escaped(name: string): string {
  return name.replaceAll(/[*?[\]\\]/g, String.raw`\$&`);
}
