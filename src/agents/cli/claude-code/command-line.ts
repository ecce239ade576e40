import type { OpenSession, ToolHooks } from '../../../engine/ports/agent.ts';
import { allowedEnvironment } from '../../../shared/process/environment.ts';
import { hookCommand, hookEnvironment } from '../tool-hooks.ts';
import { claudeVariables, type ClaudeCodeOptions, type ClaudePermissions } from './options.ts';

/** The agent's session a turn belongs to: a fresh one under an id of our choice, or one it knows. */
export interface SessionReference {
  readonly id: string;
  readonly known: boolean;
}

/** Arguments for one turn. The prompt is not among them: it goes to standard input. */
export function claudeArguments(
  options: ClaudeCodeOptions,
  request: OpenSession,
  session: SessionReference,
): readonly string[] {
  return [
    '--print',
    '--output-format',
    'stream-json',
    '--verbose', // without it, stream-json is refused
    ...(session.known ? ['--resume', session.id] : ['--session-id', session.id]),
    ...(request.model === undefined ? [] : ['--model', request.model]),
    ...(request.reasoningEffort === undefined ? [] : ['--effort', request.reasoningEffort]),
    ...(request.toolHooks === undefined
      ? []
      : ['--include-hook-events', '--settings', hookSettings(request.toolHooks)]),
    ...permissionArguments[options.permissions ?? 'workspace-write'],
    ...(options.allowedTools?.length ? ['--allowedTools', ...options.allowedTools] : []),
  ];
}

const permissionArguments: Readonly<Record<ClaudePermissions, readonly string[]>> = {
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

export function claudeEnvironment(options: ClaudeCodeOptions, request?: OpenSession): Record<string, string> {
  return allowedEnvironment({
    base: options.baseEnv,
    allow: [...claudeVariables, ...(options.allowEnv ?? [])],
    set: {
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: String(options.maxRetries ?? 2),
      ...(options.sandboxed === true && { IS_SANDBOX: '1' }),
      ...(request?.toolHooks && hookEnvironment(request.toolHooks)),
      ...request?.env,
    },
  });
}
