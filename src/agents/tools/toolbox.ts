import type { StepEvent } from '../../contract/event.ts';
import type { Permissions, ToolHooks } from '../../engine/ports/agent.ts';
import { didYouMean } from '../../language/scan/nearest.ts';
import { messageOf } from '../../shared/errors.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { withHooks } from './call-hooks.ts';
import { cutInTheMiddle } from './cut-text.ts';
import { inputProblem } from './input-check.ts';
import { refusalOf } from './tool-access.ts';
import { ToolProblem } from './tool.ts';
import type { Tool, Toolbox, ToolboxResult, ToolContext, ToolResult, ToolServices } from './tool.ts';
import { Turns } from './turns.ts';

export interface ToolLimits {
  /** Characters of a result that a model is told; the whole of a longer one is kept apart. */
  readonly outputCharacters: number;
}

export const defaultToolLimits: ToolLimits = { outputCharacters: 32_000 };

export interface ToolboxOptions {
  /** All there are; those the session may not use are refused. */
  readonly tools: readonly Tool[];
  readonly permissions: Permissions;
  /** Names of the tools the session may use, a trailing `*` standing for any ending; absent means all its permissions let it have. */
  readonly allow?: readonly string[];
  readonly hooks?: ToolHooks;
  readonly limits?: ToolLimits;
  /** The environment of Orchestra; programs of tools see the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Names of variables they may see beyond the shared list; a trailing `*` stands for any ending. */
  readonly allowEnv?: readonly string[];
  /** The mark of the processes tools start; see `ToolServices.operation`. */
  readonly operation: string;
  readonly redactor: Redactor;
  /** Keeps a result whole that is too long for the model, and gives the name under which people find it. */
  readonly keep: (text: string) => Promise<string>;
  /** Records what happens around calls: processes, failing hooks. */
  readonly onEvent: (event: StepEvent) => Promise<void>;
  /** Ends what tools hold open for the session, for example servers. */
  readonly close?: () => Promise<void>;
}

/**
 * The tools of one session. A call passes permissions, the check of its input and the hooks; calls that do more than read
 * are made one at a time, in the order they came. Results come without secrets and cut in the middle where they are too long.
 */
export function createToolbox(options: ToolboxOptions): Toolbox {
  const { permissions, allow, close = async () => undefined } = options;
  const known = new Map(options.tools.map((tool) => [tool.name, tool]));
  const tools = options.tools.filter((tool) => refusalOf(tool, permissions, allow) === undefined);
  const turns = new Turns();
  return {
    tools,
    async call(name, input, context) {
      const tool = known.get(name);
      if (!tool) return failure(unknown(name, tools));
      const refusal = refusalOf(tool, permissions, allow);
      if (refusal !== undefined) return { ...failure(refusal), denied: true };
      const services = servicesOf(context, options);
      const work = (): Promise<ToolResult> => run(tool, input, services, options.hooks);
      return told(await (tool.access === 'read' ? work() : turns.take(context.signal, work)), options);
    },
    close,
  };
}

function failure(text: string): ToolResult {
  return { text, isError: true };
}

function unknown(name: string, tools: readonly Tool[]): string {
  const names = tools.map((tool) => tool.name);
  return names.length === 0 ? 'this session has no tools' : `There is no tool ${name}. ${didYouMean(name, names)}`;
}

function servicesOf(context: ToolContext, options: ToolboxOptions): ToolServices {
  const { baseEnv: base, allowEnv, operation, redactor, onEvent } = options;
  const env = allowedEnvironment({ base, set: context.env, ...(allowEnv && { allow: allowEnv }) });
  return { ...context, env, operation, redactor, emit: onEvent };
}

async function run(
  tool: Tool,
  input: unknown,
  services: ToolServices,
  hooks: ToolHooks | undefined,
): Promise<ToolResult> {
  services.signal.throwIfAborted();
  const problem = inputProblem(tool.parameters, input);
  if (problem !== undefined) return failure(`Wrong input for ${tool.name}: ${problem}`);
  const work = (): Promise<ToolResult> => answer(tool, input, services);
  return hooks ? withHooks(hooks, { name: tool.name, input }, services, work) : work();
}

async function answer(tool: Tool, input: unknown, services: ToolServices): Promise<ToolResult> {
  try {
    // The schema of every tool asks for an object, and has been held against the input.
    return await tool.run(input as Parameters<Tool['run']>[0], services);
  } catch (thrown) {
    services.signal.throwIfAborted();
    if (machineFailureIn(thrown)) throw thrown;
    return failure(thrown instanceof ToolProblem ? thrown.message : `${tool.name} failed: ${messageOf(thrown)}`);
  }
}

/** What the model is told of a result; where that is not all of it, also where the whole is. */
async function told(result: ToolResult, { redactor, keep, limits }: ToolboxOptions): Promise<ToolboxResult> {
  const { outputCharacters } = limits ?? defaultToolLimits;
  const text = redactor.text(result.text);
  if (text.length <= outputCharacters) return { ...result, text };
  return { ...result, text: `${cutInTheMiddle(text, outputCharacters)}\n[whole output: ${await keep(text)}]` };
}
