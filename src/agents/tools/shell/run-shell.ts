import { endingProblem, runProgram } from '../run-program.ts';
import type { ToolResult, ToolServices } from '../tool.ts';

export interface ShellRun {
  readonly command: string;
  /** How it is called in the journal. */
  readonly shownAs: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
}

/** Runs shell text for a model: what it prints on both streams, in the order it came, and how it ended. */
export async function runShell(services: ToolServices, run: ShellRun): Promise<ToolResult> {
  const { command, ...rest } = run;
  const { stdout, exit } = await runProgram(services, {
    ...rest,
    command: '/bin/sh',
    // One stream for both: between two pipes the order would be lost.
    args: ['-c', `exec 2>&1\n${command}`],
  });
  const printed = stdout.text();
  const problem = endingProblem(exit, run.timeoutMs);
  if (problem === undefined) return { text: printed === '' ? '[no output]' : printed, isError: false };
  return { text: `${printed}${printed === '' || printed.endsWith('\n') ? '' : '\n'}[${problem}]`, isError: true };
}
