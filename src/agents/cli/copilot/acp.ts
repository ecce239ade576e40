import type { AcpProgram, EndedTurn, FailedTurn } from '../../acp/acp-program.ts';
import { soundsPassing } from '../../acp/failure-text.ts';

/** It asks before everything but reading. */
export const copilotAcp: AcpProgram = {
  arguments: ({ model, permissions, allowedTools }) => [
    '--acp',
    '--no-auto-update',
    ...(model === undefined ? [] : ['--model', model]),
    ...(permissions === 'full' ? ['--allow-all'] : ['--disallow-temp-dir']),
    ...allowedTools.map((rule) => `--allow-tool=${rule}`),
  ],
  takesModelArgument: true,
  notes: /^(?:Info|Warning): /,
  failedTurn,
};

/** A failed turn ends like a good one, without usage; the error is the last thing said. */
function failedTurn({ answer, lastPiece }: EndedTurn): FailedTurn | undefined {
  const [, error] = /^Error: (.*)/s.exec(lastPiece) ?? [];
  if (error === undefined || 'usage' in answer) return undefined;
  return { error, transient: soundsPassing(error) };
}
