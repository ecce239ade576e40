import type { ErrorLine } from '../contract/command-documents.ts';
import { OrchestraError, messageOf } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { noteLine, printJson, type CliContext } from './context.ts';
import { exitCodes } from './exit-codes.ts';

/**
 * Tells the user what went wrong and what to do, without secrets: whatever somebody typed in the wrong place may stand in
 * it. A stack only when ORCHESTRA_DEBUG asks for it. Returns the exit code.
 */
export async function reportFailure(context: CliContext, thrown: unknown, asJson = false): Promise<number> {
  const error =
    thrown instanceof OrchestraError ? thrown : new OrchestraError('INTERNAL', messageOf(thrown), { cause: thrown });
  // Most commands fail at nothing and need not wait for it.
  const { knownSecrets } = await import('../app/known-secrets.ts');
  const redactor = await knownSecrets(context.cwd, context.env);
  const { code, hint } = error;
  const message = redactor.text(error.message);
  if (asJson) {
    // Details are made to be printed as JSON.
    const details = redactor.json(error.details as unknown as Json) as unknown as ErrorLine['details'];
    printJson<ErrorLine>(context, { type: 'error', code, message, hint, details });
  }
  for (const line of errorLines({ code, message, hint })) noteLine(context, line);
  if (context.env['ORCHESTRA_DEBUG'] && thrown instanceof Error) noteLine(context, redactor.text(thrown.stack ?? ''));
  return thrown instanceof OrchestraError ? error.exitCode : exitCodes.failed;
}

/** An error as people read it: what is wrong, then what to do. */
export function errorLines({
  code,
  message,
  hint,
}: Pick<OrchestraError, 'code' | 'message' | 'hint'>): readonly string[] {
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
    context.process.exitCode = await reportFailure(context, thrown, asJson);
  }
}
