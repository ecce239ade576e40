import type { ErrorLine } from '../contract/command-documents.ts';
import { OrchestraError, messageOf } from '../shared/errors.ts';
import { noteLine, printJson, type CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/** Tells the user what went wrong and what to do; a stack only when ORCHESTRA_DEBUG asks for it. Returns the exit code. */
export function reportFailure(context: CliContext, thrown: unknown, asJson = false): number {
  const error =
    thrown instanceof OrchestraError ? thrown : new OrchestraError('INTERNAL', messageOf(thrown), { cause: thrown });
  if (asJson) {
    const { code, message, hint, details } = error;
    printJson<ErrorLine>(context, { type: 'error', code, message, hint, details });
  }
  for (const line of errorLines(error)) noteLine(context, line);
  if (context.env['ORCHESTRA_DEBUG'] && thrown instanceof Error) noteLine(context, thrown.stack ?? '');
  return thrown instanceof OrchestraError ? error.exitCode : exitCodes.failed;
}

/** An error as people read it: what is wrong, then what to do. */
export function errorLines({ code, message, hint }: OrchestraError): readonly string[] {
  return [`error ${code}: ${message}`, `  ${hint}`];
}

/** Runs a command's work: its result is the exit code, and whatever it throws is told, never shown as a stack. */
export async function guarded(
  context: CliContext,
  asJson: boolean | undefined,
  work: () => Promise<number>,
): Promise<void> {
  try {
    context.process.exitCode = await work();
  } catch (thrown) {
    context.process.exitCode = reportFailure(context, thrown, asJson);
  }
}
