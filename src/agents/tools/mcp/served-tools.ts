import type { McpServersSection } from '../../../contract/config/tools.ts';
import type { Permissions } from '../../../engine/ports/agent.ts';
import { permits } from '../tool-access.ts';
import type { Tool } from '../tool.ts';
import type { McpServerParts } from './mcp-server.ts';

export interface ServedTools {
  readonly tools: readonly Tool[];
  /** Whether an entry of an allow-list may stand for a tool of a server that was not started, of whose tools nobody knows. */
  mayName(entry: string): boolean;
  close(): Promise<void>;
}

export interface ServedToolsRequest extends Omit<McpServerParts, 'name' | 'settings'> {
  readonly servers: McpServersSection;
  readonly permissions: Permissions;
  readonly allow: readonly string[] | undefined;
}

/**
 * The tools of all servers that a session may use any tool of; the others are not started for it.
 * @throws OrchestraError TOOL_SOURCE_FAILED for a server that cannot be used; then none runs any more
 */
export async function servedTools(request: ServedToolsRequest): Promise<ServedTools> {
  const { servers, permissions, allow, ...parts } = request;
  const isWanted = (name: string, { access }: McpServersSection[string]): boolean =>
    permits(permissions, access) && (!allow || allow.some((entry) => mayNameToolOf(name, entry)));
  const wanted = Object.entries(servers).filter(([name, settings]) => isWanted(name, settings));
  const idle = Object.entries(servers).filter(([name, settings]) => !isWanted(name, settings));
  const mayName = (entry: string): boolean => idle.some(([name]) => mayNameToolOf(name, entry));
  if (wanted.length === 0) return { tools: [], mayName, close: async () => undefined };
  // Sessions without servers need not wait for what speaks to them.
  const { McpServer } = await import('./mcp-server.ts');
  const started = wanted.map(([name, settings]) => new McpServer({ name, settings, ...parts }));
  const close = async (): Promise<void> => void (await Promise.all(started.map((server) => server.close())));
  try {
    return { tools: (await Promise.all(started.map((server) => server.tools()))).flat(), mayName, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function mayNameToolOf(server: string, entry: string): boolean {
  const prefix = `${server}__`;
  return entry.startsWith(prefix) || (entry.endsWith('*') && prefix.startsWith(entry.slice(0, -1)));
}
