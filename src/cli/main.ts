import { fstatSync } from 'node:fs';
import { isatty } from 'node:tty';
import { ExitCode, run } from '@stricli/core';
import { buildCli } from './app.ts';
import { completionWord } from './completion/word.ts';
import type { CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * The command line. Sets `process.exitCode` as design.md says; returns when the command is done and
 * everything it printed is written.
 */
export async function main(argv: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', ignoreClosedPipe);
  const context = processContext();
  const words = argv[0] === 'help' ? [...argv.slice(1), '--help'] : argv;
  const cli = buildCli(words[0]);
  if (argv[0] === completionWord)
    await (await import('./completion/complete.ts')).complete(context, cli, argv.slice(1));
  else await run(cli, words, context);
  process.exitCode = exitCode(context.process.exitCode);
  // A console that was detached, or a handler of the user's that never ended, must not hold the process.
  await written(process.stdout);
  await written(process.stderr);
  process.exit();
}

/** Whoever read the output has gone, as `head` does: there is nobody left to tell, but the work goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** The parser's own codes are negative: a command line it cannot read is a usage error, anything else a defect. */
function exitCode(code: number | string | null | undefined): number {
  const number = Number(code ?? 0);
  if (number === ExitCode.UnknownCommand || number === ExitCode.InvalidArgument) return exitCodes.usage;
  return number < 0 ? exitCodes.failed : number;
}

function processContext(): CliContext {
  return {
    process: { stdout: process.stdout, stderr: process.stderr, env: process.env },
    stdin: isNullDevice(0) ? undefined : process.stdin,
    cwd: process.cwd(),
    env: process.env,
    onSignal(listener) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
    screen: { owner: undefined },
  };
}

/** Node.js opens the null device in the place of a closed stdin. */
function isNullDevice(descriptor: number): boolean {
  return fstatSync(descriptor).isCharacterDevice() && !isatty(descriptor);
}

function written(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.writableLength === 0) resolve();
    else stream.write('', () => resolve());
  });
}
