import type { Permissions } from '../../../engine/ports/agent.ts';
import type { AcpProgram, EndedTurn, FailedTurn } from '../../acp/acp-program.ts';
import { soundsPassing } from '../../acp/failure-text.ts';

/** It asks before everything but reading. A question that is answered with no ends its turn, so what is never allowed is denied by rules. */
export const copilotAcp: AcpProgram = {
  arguments: ({ model, permissions, allowedTools }) => [
    '--acp',
    '--no-auto-update',
    ...(model === undefined ? [] : ['--model', model]),
    ...(permissions === 'full' ? ['--allow-all'] : ['--disallow-temp-dir']),
    ...allowedTools.map((rule) => `--allow-tool=${rule}`),
    // A denial beats what is allowed, in whatever part.
    ...denied[permissions]
      .filter((tool) => !allowedTools.some((rule) => rule.startsWith(tool)))
      .map((tool) => `--deny-tool=${tool}`),
  ],
  takesModelArgument: true,
  notes: /^(?:Info|Warning): /,
  failedTurn,
};

const denied: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['write', 'shell'],
  'workspace-write': ['shell'],
  full: [],
};

/** A failed turn ends like a good one, without usage; the error is the last thing said. */
function failedTurn({ answer, lastPiece }: EndedTurn): FailedTurn | undefined {
  const [, error] = /^Error: (.*)/s.exec(lastPiece) ?? [];
  if (error === undefined || 'usage' in answer) return undefined;
  return { error, transient: soundsPassing(error) };
}
