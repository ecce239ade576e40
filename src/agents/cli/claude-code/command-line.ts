import type { Permissions, ToolHooks } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';
import { hookCommand, hookEnvironment } from '../tool-hooks.ts';

/**
 * One turn; the prompt goes to standard input. Claude Code refuses `full` permissions to root unless `sandboxed` says that
 * they are safe.
 */
export function claudeCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort, toolHooks } = request;
  return {
    stdin: prompt,
    args: [
      '--print',
      '--output-format',
      'stream-json',
      '--verbose', // without it, stream-json is refused
      ...(session.kind === 'known' ? ['--resume', session.id] : ['--session-id', session.id ?? '']),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--effort', reasoningEffort]),
      ...(toolHooks === undefined ? [] : ['--include-hook-events', '--settings', hookSettings(toolHooks)]),
      ...permissionArguments[options.permissions ?? 'workspace-write'],
      ...(options.allowedTools?.length ? ['--allowedTools', ...options.allowedTools] : []),
    ],
    env: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      // It would also repeat a refused key, ten times.
      CLAUDE_CODE_MAX_RETRIES: String(options.maxRetries ?? 2),
      ...(options.sandboxed === true && { IS_SANDBOX: '1' }),
      ...(toolHooks && hookEnvironment(toolHooks)),
    },
  };
}

const permissionArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--permission-mode', 'default'],
  'workspace-write': ['--permission-mode', 'acceptEdits'],
  full: ['--permission-mode', 'bypassPermissions'],
};

/** Claude Code's own hooks (they add to the user's) around every tool. */
function hookSettings({ pre, post }: ToolHooks): string {
  const entry = (kind: 'pre' | 'post'): object[] => [
    { matcher: '*', hooks: [{ type: 'command', command: hookCommand(kind) }] },
  ];
  return JSON.stringify({
    hooks: {
      ...(pre !== undefined && { PreToolUse: entry('pre') }),
      ...(post !== undefined && { PostToolUse: entry('post') }),
    },
  });
}
