import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/**
 * One turn; the prompt goes to standard input. In print mode nobody is asked: what no rule denies is done. The first rule
 * that fits counts, so those of the user stand before ours.
 */
export function auggieCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort } = request;
  const denied = deniedTools[options.permissions ?? 'workspace-write'].map((tool) => `${tool}:deny`);
  return {
    stdin: prompt,
    args: [
      '--print',
      '--quiet',
      '--output-format',
      'json',
      ...(session.kind === 'known' ? ['--resume', session.id] : []),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--reasoning-effort', reasoningEffort]),
      ...[...(options.allowedTools ?? []), ...denied].flatMap((rule) => ['--permission', rule]),
    ],
    env: { AUGMENT_DISABLE_AUTO_UPDATE: '1' },
  };
}

/** A shell may do everything. */
const shellTools = ['launch-process', 'write-process', 'kill-process'];
const changingTools = ['save-file', 'str-replace-editor', 'apply_patch', 'remove-files'];

const deniedTools: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': [...shellTools, ...changingTools],
  'workspace-write': shellTools,
  full: [],
};
