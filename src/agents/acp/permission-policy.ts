import type { Permissions } from '../../engine/ports/agent.ts';
import { placeOf } from './working-folder.ts';
import type { AnswerPermission, PermissionQuestion } from './permission-question.ts';

export interface PolicySettings {
  readonly permissions: Permissions;
  /** Names or kinds of tools that are allowed beyond that. */
  readonly allowedTools: readonly string[];
  readonly cwd: string;
}

/**
 * Answers for nobody: what `permissions` covers is allowed. Changes of files are covered where every file they name really lies in
 * the working folder; a change that names none is not.
 */
export function permissionPolicy({ permissions, allowedTools, cwd }: PolicySettings): AnswerPermission {
  const isAllowed = async ({ tool, kind, paths }: PermissionQuestion): Promise<boolean> => {
    if (permissions === 'full' || allowedTools.includes(tool) || allowedTools.includes(kind)) return true;
    if (harmless.has(kind)) return true;
    return permissions === 'workspace-write' && changing.has(kind) && paths.length > 0 && (await lieInside(cwd, paths));
  };
  return async (question) => ((await isAllowed(question)) ? 'allow' : 'deny');
}

const harmless: ReadonlySet<string> = new Set(['read', 'search', 'think']);
const changing: ReadonlySet<string> = new Set(['edit', 'delete', 'move']);

async function lieInside(folder: string, paths: readonly string[]): Promise<boolean> {
  const places = await Promise.all(paths.map((path) => placeOf(folder, path)));
  return places.every((place) => place?.mayChange === true);
}
