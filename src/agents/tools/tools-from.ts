import type { StepEvent } from '../../contract/event.ts';
import type { McpServersSection, ToolsSection } from '../../contract/config/tools.ts';
import type { OpenSession, Permissions } from '../../engine/ports/agent.ts';
import { didYouMean } from '../../language/scan/nearest.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { endEarlier } from '../end-earlier.ts';
import { builtInTools } from './built-in/all-built-in.ts';
import { servedTools, type ServedTools } from './mcp/served-tools.ts';
import { shellToolOf } from './shell/shell-tool.ts';
import { isListed } from './tool-access.ts';
import type { Tool, Toolbox } from './tool.ts';
import { createToolbox, type ToolLimits } from './toolbox.ts';
import { toolName } from './zod-tool.ts';

export interface ToolSettings {
  /** Section `tools` of orchestra.yaml. */
  readonly shellTools?: ToolsSection;
  /** Section `mcp_servers` of orchestra.yaml. */
  readonly servers?: McpServersSection;
  /** Tools written in code; those with the name of a built-in one take its place. */
  readonly ownTools?: readonly Tool[];
  /** Of sessions that say nothing else. */
  readonly permissions?: Permissions;
  readonly limits?: ToolLimits;
  /** The environment of Orchestra; programs of tools see the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  readonly allowEnv?: readonly string[];
  /** Puts a long text into the journal at once and gives what stands for it (`Journal.keep`). */
  readonly keep: (text: string) => Promise<Json>;
}

/** Where the tools of models of ours come from. */
export interface ToolSources {
  /** All but those of servers, which are known only to a session. */
  readonly tools: readonly Tool[];
  /**
   * The tools of one session; the servers whose tools it may use are started for it. What an earlier start of the same
   * step has left running is ended first.
   * @throws OrchestraError TOOL_SOURCE_FAILED for a server that cannot be used, CONFIG_INVALID for a listed name that no tool has
   */
  open(request: OpenSession, permissions?: Permissions): Promise<Toolbox>;
}

/** @throws OrchestraError CONFIG_INVALID, EXTENSION_INVALID for tools that cannot be called, or not told apart */
export function toolsFrom(settings: ToolSettings): ToolSources {
  const { shellTools = [], ownTools = [] } = settings;
  const tools = [...withOwn(ownTools), ...shellTools.map(shellToolOf)];
  assertDistinct(tools);
  return {
    tools,
    open: (request, permissions = request.permissions ?? settings.permissions ?? 'workspace-write') =>
      openToolbox(request, permissions, tools, settings),
  };
}

async function openToolbox(
  request: OpenSession,
  permissions: Permissions,
  tools: readonly Tool[],
  settings: ToolSettings,
): Promise<Toolbox> {
  const { cwd, tools: allow, toolHooks: hooks, services } = request;
  const { baseEnv, allowEnv, limits, servers = {} } = settings;
  const lent = {
    operation: await endEarlier(services),
    redactor: services.redactor,
    signal: services.signal,
    emit: (event: StepEvent) => services.emit(event),
  };
  const environment = { baseEnv, ...(allowEnv && { allowEnv }) };
  const served = await servedTools({ servers, permissions, allow, cwd, services: lent, ...environment });
  const all = [...tools, ...served.tools];
  try {
    assertDistinct(all);
    assertListed(allow ?? [], all, served);
  } catch (error) {
    await served.close();
    throw error;
  }
  return createToolbox({
    tools: all,
    permissions,
    ...environment,
    ...(allow && { allow }),
    ...(hooks && { hooks }),
    ...(limits && { limits }),
    operation: lent.operation,
    redactor: lent.redactor,
    onEvent: lent.emit,
    keep: keeper(request, settings),
    close: served.close,
  });
}

function withOwn(own: readonly Tool[]): readonly Tool[] {
  const invalid = own.find(({ name }) => !toolName.test(name));
  if (invalid) throw new OrchestraError('EXTENSION_INVALID', `a tool cannot be called "${invalid.name}"`);
  const taken = new Set(own.map(({ name }) => name));
  return [...builtInTools.filter(({ name }) => !taken.has(name)), ...own];
}

/** Names of servers' tools are known only to a session, and different ones may come out the same. */
function assertDistinct(tools: readonly Tool[]): void {
  const [repeated] = [...Map.groupBy(tools, ({ name }) => name)].find(([, same]) => same.length > 1) ?? [];
  if (repeated === undefined) return;
  throw new OrchestraError('CONFIG_INVALID', `two tools are called ${repeated}`, {
    hint: 'Give one of them another name; a tool of a server is left out with `allow`.',
  });
}

/** A name that no tool has is a mistake that would be found out by nobody. */
function assertListed(allow: readonly string[], tools: readonly Tool[], served: ServedTools): void {
  const known = tools.map(({ name }) => name);
  const stray = allow.find((entry) => !known.some((name) => isListed([entry], name)) && !served.mayName(entry));
  if (stray === undefined) return;
  throw new OrchestraError('CONFIG_INVALID', `no tool is called ${stray}`, { hint: didYouMean(stray, known) });
}

/** Long results become artifacts of the step. */
function keeper({ call, services }: OpenSession, { keep }: ToolSettings): (text: string) => Promise<string> {
  let count = 0;
  return async (text) => {
    count += 1;
    const name = `${call.nodeId}.tool-output.${services.epoch}.${count}`;
    services.artifact(name, await keep(text));
    return `artifact ${name}`;
  };
}
