import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/** One turn; the prompt goes to standard input. */
export function qwenCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model } = request;
  return {
    stdin: prompt,
    args: [
      '--output-format',
      'stream-json',
      ...(session.kind === 'known' ? ['--resume', session.id] : ['--session-id', session.id ?? '']),
      ...(model === undefined ? [] : ['--model', model]),
      '--approval-mode',
      approvalModes[options.permissions ?? 'workspace-write'],
      ...(options.allowedTools ?? []).flatMap((rule) => ['--allowed-tools', rule]),
    ],
  };
}

const approvalModes: Readonly<Record<Permissions, string>> = {
  'read-only': 'default',
  'workspace-write': 'auto-edit',
  full: 'yolo',
};
