/**
 * What the agent may do without asking; nobody is there to be asked, so everything else is denied and reported
 * as `AgentPermissionDenied`.
 * - `read-only`: reading, searching, shell commands that Claude Code knows to change nothing.
 * - `workspace-write` (the default): also editing files in the working folder, and simple shell commands on them.
 *   What else its work needs, say the test runner, is named in `allowedTools`.
 * - `full`: everything. Claude Code refuses this to root unless `sandboxed` says that it is safe.
 */
export type ClaudePermissions = 'read-only' | 'workspace-write' | 'full';

export interface ClaudeCodeOptions {
  /** A name on PATH or a path; `claude` unless told. */
  readonly executable?: string;
  /** The environment of Orchestra; the agent sees the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Names of variables it may see beyond `claudeVariables`, for example `AWS_*` with Bedrock. */
  readonly allowEnv?: readonly string[];
  readonly permissions?: ClaudePermissions;
  /** Permission rules in Claude Code's own form, for example `Bash(npm test:*)`. */
  readonly allowedTools?: readonly string[];
  /** How often the agent itself repeats a request that failed (2 unless told): it would also repeat a refused key, ten times. */
  readonly maxRetries?: number;
  /** Sets IS_SANDBOX=1: the agent runs where it can do no harm. */
  readonly sandboxed?: boolean;
}

/** Variables of Claude Code that are the user's settings. Those of a running session (CLAUDECODE, CLAUDE_CODE_SESSION_ID ...) stay out. */
export const claudeVariables: readonly string[] = [
  'ANTHROPIC_*',
  'API_TIMEOUT_MS',
  'CLAUDE_CONFIG_DIR',
  'CLAUDE_CODE_API_KEY_HELPER_TTL_MS',
  'CLAUDE_CODE_MAX_OUTPUT_TOKENS',
  'CLAUDE_CODE_OAUTH_TOKEN',
  'CLAUDE_CODE_SHELL',
  'CLAUDE_CODE_SKIP_*',
  'CLAUDE_CODE_USE_*',
];
