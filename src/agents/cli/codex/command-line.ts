import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/**
 * One turn; the prompt goes to standard input (`-`), whose end Codex waits for. Where a session is continued there is no
 * flag for the sandbox: it is said as configuration both times.
 */
export function codexCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort } = request;
  return {
    stdin: prompt,
    args: [
      'exec',
      ...(session.kind === 'known' ? ['resume', session.id] : []),
      '--json',
      '--skip-git-repo-check',
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--config', `model_reasoning_effort="${reasoningEffort}"`]),
      ...permissionArguments[options.permissions ?? 'workspace-write'],
      '-',
    ],
  };
}

/** Nobody is there to approve anything: what the sandbox forbids fails. */
const permissionArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--config', 'sandbox_mode="read-only"', '--config', 'approval_policy="never"'],
  'workspace-write': ['--config', 'sandbox_mode="workspace-write"', '--config', 'approval_policy="never"'],
  full: ['--dangerously-bypass-approvals-and-sandbox'],
};
