import type { ShellToolParameter, ShellToolSettings } from '../../../contract/config/tools.ts';
import { parseDuration } from '../../../shared/duration.ts';
import { OrchestraError } from '../../../shared/errors.ts';
import type { Json, JsonObject } from '../../../shared/json.ts';
import { placeIn } from '../files/place.ts';
import { ToolProblem, type Tool } from '../tool.ts';
import { parameterCommand, parameterVariable } from './parameter-command.ts';
import { runShell } from './run-shell.ts';

/** Bytes of one value: what systems take as one variable, with room for its name. */
const valueLimit = 120 * 1024;

/**
 * A command of `orchestra.yaml` as a tool. Values reach it as variables of its environment only.
 * @throws OrchestraError CONFIG_INVALID where two parameters would share a variable
 */
export function shellToolOf(settings: ShellToolSettings): Tool {
  const { name, description, access, parameters, cwd = '.' } = settings;
  assertDistinct(name, Object.keys(parameters));
  const command = parameterCommand(settings.command, new Set(Object.keys(parameters)));
  const timeoutMs = parseDuration(settings.timeout) ?? 0; // the schema of the section lets only durations through
  return {
    name,
    description,
    access,
    parameters: schemaOf(parameters),
    async run(input, services) {
      const folder = await placeIn(services.cwd, cwd);
      const env = variablesOf(parameters, input);
      return runShell(services, { command, shownAs: settings.command, env, cwd: folder.path, timeoutMs });
    },
  };
}

function assertDistinct(tool: string, names: readonly string[]): void {
  const byVariable = Map.groupBy(names, parameterVariable);
  for (const [variable, same] of byVariable)
    if (same.length > 1)
      throw new OrchestraError(
        'CONFIG_INVALID',
        `the tool ${tool} has two parameters for $${variable}: ${same.join(', ')}`,
      );
}

function schemaOf(parameters: Readonly<Record<string, ShellToolParameter>>): JsonObject {
  const entries = Object.entries(parameters);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([name, parameter]) => [name, propertyOf(parameter)])),
    required: entries.filter(([, { required }]) => required).map(([name]) => name),
    additionalProperties: false,
  };
}

function propertyOf({ type, description, default: fallback, enum: values }: ShellToolParameter): JsonObject {
  return {
    type,
    ...(description !== undefined && { description }),
    ...(fallback !== undefined && { default: fallback }),
    ...(values && { enum: values }),
  };
}

/** A parameter without a value is an empty text. */
function variablesOf(
  parameters: Readonly<Record<string, ShellToolParameter>>,
  input: JsonObject,
): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, { default: fallback }] of Object.entries(parameters)) {
    const value = textOf(Object.hasOwn(input, name) ? input[name] : fallback);
    if (value.includes('\0')) throw new ToolProblem(`${name} holds the character NUL, which no command can be given.`);
    if (Buffer.byteLength(value) > valueLimit)
      throw new ToolProblem(`${name} is longer than ${valueLimit / 1024} KB. Write it to a file and name that.`);
    variables[parameterVariable(name)] = value;
  }
  return variables;
}

function textOf(value: Json = ''): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
