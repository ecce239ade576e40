import type { McpServersSection, ToolsSection } from '../../contract/config/tools.ts';
import type { OpenSession, Permissions } from '../../engine/ports/agent.ts';
import { didYouMean } from '../../language/scan/nearest.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import { endStale } from '../../shared/process/end-group.ts';
import { builtInTools } from './built-in/all-built-in.ts';
import type { McpServer } from './mcp/mcp-server.ts';
import { shellToolOf } from './shell/shell-tool.ts';
import { isListed, permits } from './tool-access.ts';
import type { Tool, Toolbox, ToolServices } from './tool.ts';
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
  const { shellTools = [], ownTools = [], servers = {} } = settings;
  const tools = distinct(ownTools, shellTools.map(shellToolOf));
  return {
    tools,
    async open(request, permissions = request.permissions ?? settings.permissions ?? 'workspace-write') {
      const operation = await endEarlier(request);
      const services = { operation, ...servicesOf(request) };
      const wanted = Object.keys(servers).filter((name) => mayUse(servers, name, permissions, request.tools));
      const served = await serve(wanted, request, settings, services);
      const all = [...tools, ...served.tools];
      try {
        assertKnown(
          request.tools ?? [],
          all,
          Object.keys(servers).filter((name) => !wanted.includes(name)),
        );
      } catch (error) {
        await served.close();
        throw error;
      }
      return createToolbox({
        tools: all,
        permissions,
        ...(request.tools && { allow: request.tools }),
        ...(request.toolHooks && { hooks: request.toolHooks }),
        ...(settings.limits && { limits: settings.limits }),
        ...(settings.allowEnv && { allowEnv: settings.allowEnv }),
        baseEnv: settings.baseEnv,
        operation,
        redactor: services.redactor,
        onEvent: services.emit,
        keep: keeper(request, settings),
        close: served.close,
      });
    },
  };
}

function distinct(own: readonly Tool[], shell: readonly Tool[]): readonly Tool[] {
  const invalid = own.find(({ name }) => !toolName.test(name));
  if (invalid) throw new OrchestraError('EXTENSION_INVALID', `a tool cannot be called "${invalid.name}"`);
  const repeated = own.find(({ name }, index) => own.findIndex((other) => other.name === name) < index);
  if (repeated) throw new OrchestraError('EXTENSION_INVALID', `two tools are called ${repeated.name}`);
  const owned = new Set(own.map(({ name }) => name));
  const brought = [...builtInTools.filter(({ name }) => !owned.has(name)), ...own];
  const taken = shell.find(({ name }) => brought.some((tool) => tool.name === name));
  if (!taken) return [...brought, ...shell];
  throw new OrchestraError('CONFIG_INVALID', `tools: there is a tool called ${taken.name} already`, {
    hint: 'Give the tool of orchestra.yaml another name.',
  });
}

/** Ends what an earlier start of the step left running, and gives the mark of what this one starts. */
async function endEarlier({ services }: OpenSession): Promise<string> {
  const operation = `${services.runId}/${services.key}`;
  for (const event of await services.earlier()) {
    if (event.type === 'ProcessStarted') await endStale({ ...event, operation });
  }
  return operation;
}

function servicesOf({ services }: OpenSession): Pick<ToolServices, 'redactor' | 'emit' | 'signal'> {
  return { redactor: services.redactor, signal: services.signal, emit: (event) => services.emit(event) };
}

/** Whether a session may use any tool of a server; others are not started for it. */
function mayUse(
  servers: McpServersSection,
  name: string,
  permissions: Permissions,
  allow: readonly string[] | undefined,
): boolean {
  const server = servers[name];
  return (
    server !== undefined && permits(permissions, server.access) && (!allow || allow.some((entry) => names(entry, name)))
  );
}

/** Whether an entry of an allow-list may stand for tools of a server. */
function names(entry: string, server: string): boolean {
  const prefix = `${server}__`;
  return entry.startsWith(prefix) || (entry.endsWith('*') && prefix.startsWith(entry.slice(0, -1)));
}

interface ServedTools {
  readonly tools: readonly Tool[];
  close(): Promise<void>;
}

async function serve(
  wanted: readonly string[],
  { cwd }: OpenSession,
  { servers = {}, baseEnv, allowEnv }: ToolSettings,
  services: Pick<ToolServices, 'operation' | 'redactor' | 'emit' | 'signal'>,
): Promise<ServedTools> {
  if (wanted.length === 0) return { tools: [], close: async () => undefined };
  // Sessions without servers need not wait for what speaks to them.
  const { McpServer: Server } = await import('./mcp/mcp-server.ts');
  const started = Object.entries(servers)
    .filter(([name]) => wanted.includes(name))
    .map(
      ([name, server]) => new Server({ name, settings: server, cwd, baseEnv, services, ...(allowEnv && { allowEnv }) }),
    );
  const close = async (): Promise<void> => void (await Promise.all(started.map((server) => server.close())));
  try {
    return { tools: (await Promise.all(started.map((server: McpServer) => server.tools()))).flat(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Names of servers' tools are known only now, and different ones may come out the same. */
function assertDistinct(tools: readonly Tool[]): void {
  const seen = new Set<string>();
  for (const { name } of tools) {
    if (seen.has(name))
      throw new OrchestraError('CONFIG_INVALID', `two tools would be called ${name}`, {
        hint: 'Leave one of them out with `allow` of its server, or rename the server.',
      });
    seen.add(name);
  }
}

/** A name that no tool has is a mistake that would be found out by nobody. */
function assertKnown(allow: readonly string[], tools: readonly Tool[], notStarted: readonly string[]): void {
  const known = tools.map(({ name }) => name);
  for (const entry of allow) {
    if (known.some((name) => isListed([entry], name)) || notStarted.some((server) => names(entry, server))) continue;
    throw new OrchestraError('CONFIG_INVALID', `no tool is called ${entry}`, { hint: didYouMean(entry, known) });
  }
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
