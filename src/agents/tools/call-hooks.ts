import type { ToolHooks } from '../../engine/ports/agent.ts';
import { messageOf } from '../../shared/errors.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';
import { endOfHookOutput, hookEffects, hookVariables, type HookFacts } from './hook-facts.ts';
import { runProgram } from './run-program.ts';
import type { ToolResult, ToolServices } from './tool.ts';

/** A call that is about to be made. */
export interface HookedCall {
  readonly name: string;
  readonly input: unknown;
}

const timeoutMs = 60_000;

/**
 * Runs `tool_hooks` around a call (9.7), as the agents on the command line do: the same variables, the facts as JSON on
 * standard input. A failing pre-hook skips the call, and the model is told so; a failing post-hook changes nothing.
 * Both are recorded as `ToolHookFailed`.
 */
export async function withHooks(
  hooks: ToolHooks,
  call: HookedCall,
  services: ToolServices,
  work: () => Promise<ToolResult>,
): Promise<ToolResult> {
  const facts: HookFacts = { tool_name: call.name, tool_use_id: services.key, tool_input: call.input };
  if (hooks.pre !== undefined) {
    const failure = await runHook('pre', hooks.pre, facts, services);
    if (failure !== undefined) return { text: failure, isError: true };
  }
  const result = await work();
  if (hooks.post !== undefined) await runHook('post', hooks.post, { ...facts, tool_response: result.text }, services);
  return result;
}

/** Why the hook failed, recorded already; undefined where it passed. Fails closed: a hook that cannot be run has failed. */
async function runHook(
  hook: keyof ToolHooks,
  command: string,
  facts: HookFacts,
  services: ToolServices,
): Promise<string | undefined> {
  const { exitCode, output } = await outcomeOf(command, facts, services);
  if (exitCode === 0) return undefined;
  const end = endOfHookOutput(output.trim());
  await services.emit({ type: 'ToolHookFailed', hook, exitCode, output: end });
  return `${hookEffects[hook]} (exit code ${exitCode ?? 'none'}): ${end}`;
}

interface HookOutcome {
  readonly exitCode: number | null;
  readonly output: string;
}

async function outcomeOf(command: string, facts: HookFacts, services: ToolServices): Promise<HookOutcome> {
  try {
    const { stdout, stderr, exit } = await runProgram(services, {
      command: '/bin/sh',
      args: ['-c', command],
      shownAs: command,
      env: hookVariables(facts),
      stdin: JSON.stringify(facts),
      timeoutMs,
    });
    return { exitCode: exit.exitCode, output: stdout.text() + stderr.text() };
  } catch (thrown) {
    services.signal.throwIfAborted();
    if (machineFailureIn(thrown)) throw thrown;
    return { exitCode: null, output: messageOf(thrown) };
  }
}
