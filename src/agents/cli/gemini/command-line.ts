import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/** What Gemini CLI and its forks say differently. */
export interface GeminiWays {
  readonly approvalModes: Readonly<Record<Permissions, string>>;
  /** Further flags of every turn. */
  readonly flags: readonly string[];
}

const ways: GeminiWays = {
  approvalModes: { 'read-only': 'default', 'workspace-write': 'auto_edit', full: 'yolo' },
  // In a folder nobody has trusted by hand, as those of runs are, it would refuse every other permission.
  flags: ['--skip-trust'],
};

/** One turn; the prompt goes to standard input, without which Gemini CLI would look for it among its arguments. */
export function geminiCommandLine(
  { prompt, session, request, options }: TurnRequest,
  { approvalModes, flags }: GeminiWays = ways,
): CommandLine {
  const { model } = request;
  return {
    stdin: prompt,
    args: [
      '--output-format',
      'stream-json',
      ...flags,
      ...(session.kind === 'known' ? ['--resume', session.id] : ['--session-id', session.id ?? '']),
      ...(model === undefined ? [] : ['--model', model]),
      '--approval-mode',
      approvalModes[options.permissions ?? 'workspace-write'],
      ...(options.allowedTools ?? []).flatMap((rule) => ['--allowed-tools', rule]),
    ],
  };
}
