import type { StepEvent } from '../../contract/event.ts';
import type { ToolHooks } from '../../engine/ports/agent.ts';
import { messageOf } from '../../shared/errors.ts';
import { endOfHookOutput, hookEffects, hookVariables, type HookFacts } from '../tools/hook-facts.ts';

/*
 * `tool_hooks.pre` and `tool_hooks.post` (9.7) for agents with a hook mechanism of their own: they are told to run
 * `tool-hook.ts`, which runs the user's command with the facts of the tool call and answers in the agent's terms.
 * What it prints comes back in the agent's transcript, from which `readHookFailure` makes the event for the log.
 */

export type HookKind = 'pre' | 'post';

const commandVariables = { pre: 'ORCHESTRA_TOOL_HOOK_PRE', post: 'ORCHESTRA_TOOL_HOOK_POST' } as const;

/** Exit code by which a hook blocks a tool call; other codes let it pass. */
const blocking = 2;
const notBlocking = 1;

/** Variables the hook program needs; to be set for the agent, which hands them on. */
export function hookEnvironment(hooks: ToolHooks): Record<string, string> {
  return {
    ...(hooks.pre !== undefined && { [commandVariables.pre]: hooks.pre }),
    ...(hooks.post !== undefined && { [commandVariables.post]: hooks.post }),
  };
}

/** The shell command an agent runs as its hook. Blocks where not even the hook program can be started. */
export function hookCommand(kind: HookKind): string {
  const program = import.meta.filename.replace(/tool-hooks(\.[jt]s)$/, 'tool-hook$1');
  const command = [process.execPath, program, kind].map(quoted).join(' ');
  return kind === 'pre' ? `${command} || exit ${blocking}` : command;
}

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;

export interface HookRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly error?: Error;
}

export interface HookRunOptions {
  readonly input: string;
  readonly env: NodeJS.ProcessEnv;
}

export interface HookVerdict {
  readonly exitCode: number;
  readonly message: string;
}

/**
 * Runs the user's command: the agent's JSON on its standard input, ORCHESTRA_TOOL_NAME, ORCHESTRA_TOOL_CALL_ID,
 * ORCHESTRA_TOOL_INPUT and, behind the call, ORCHESTRA_TOOL_RESULT (both JSON, cut at 32,000 characters) in its environment.
 * Fails closed: facts that cannot be read skip the tool call too.
 */
export function judgeHook(
  kind: HookKind,
  env: NodeJS.ProcessEnv,
  input: string,
  run: (command: string, options: HookRunOptions) => HookRun,
): HookVerdict {
  try {
    const command = env[commandVariables[kind]];
    if (command === undefined) throw new Error(`${commandVariables[kind]} is not set`);
    const done = run(command, {
      input,
      env: { ...env, ...hookVariables(JSON.parse(input) as HookFacts) },
    });
    // A command that ends without reading its input breaks our pipe, which says nothing about it.
    if (done.error && done.status === null) throw done.error;
    if (done.status === 0) return { exitCode: 0, message: '' };
    return verdict(kind, done.status, (done.stdout + done.stderr).trim());
  } catch (error) {
    return verdict(kind, null, messageOf(error));
  }
}

function verdict(kind: HookKind, status: number | null, output: string): HookVerdict {
  const message = `${hookEffects[kind]} (exit code ${status ?? 'none'}): ${endOfHookOutput(output)}`;
  return { exitCode: kind === 'pre' ? blocking : notBlocking, message };
}

const messageForm = /^tool_hooks\.(pre|post) (?:skipped this tool call|failed) \(exit code (\d+|none)\): ?([^]*)$/;

/** Whether the result of a tool call is the message of a pre-hook that skipped it. */
export function tellsOfSkip(result: string): boolean {
  return result.includes(hookEffects.pre);
}

/** The event behind a message of the hook program; undefined for what other hooks print. */
export function readHookFailure(message: string): Extract<StepEvent, { type: 'ToolHookFailed' }> | undefined {
  const [, hook, code, output] = messageForm.exec(message.trim()) ?? [];
  if (hook === undefined || output === undefined) return undefined;
  return { type: 'ToolHookFailed', hook: hook as HookKind, exitCode: code === 'none' ? null : Number(code), output };
}
