import type { Permissions } from '../../engine/ports/agent.ts';
import type { Tool, ToolAccess } from './tool.ts';

const granted: Readonly<Record<Permissions, ReadonlySet<ToolAccess>>> = {
  'read-only': new Set(['read']),
  'workspace-write': new Set(['read', 'write']),
  full: new Set(['read', 'write', 'execute']),
};

/** Whether a session with these permissions may do what a tool does. */
export function permits(permissions: Permissions, access: ToolAccess): boolean {
  return granted[permissions].has(access);
}

/** Whether a name stands in an allow-list; a trailing `*` stands for any ending. */
export function isListed(list: readonly string[], name: string): boolean {
  return list.some((entry) => (entry.endsWith('*') ? name.startsWith(entry.slice(0, -1)) : entry === name));
}

/** Why a session may not use a tool, in words for the model; undefined where it may. */
export function refusalOf(
  { name, access }: Pick<Tool, 'name' | 'access'>,
  permissions: Permissions,
  allow: readonly string[] | undefined,
): string | undefined {
  if (allow && !isListed(allow, name)) return `${name} is not among the tools this session may use`;
  if (permits(permissions, access)) return undefined;
  return `${name} is not allowed: it ${deeds[access]}, and the permissions of this session are ${permissions}`;
}

const deeds: Readonly<Record<ToolAccess, string>> = {
  read: 'reads',
  write: 'changes files',
  execute: 'runs programs',
};
