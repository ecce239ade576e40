import { existsSync, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import type { PromptLayer } from '../../contract/prompt-layer.ts';

const endings = ['', '.yaml', '.yml', '.md', '.txt'];

/** Folders by which prompt files may be sorted below each of the searched ones. */
const shelves: Readonly<Record<PromptLayer, string>> = {
  role: 'roles',
  persona: 'personas',
  personality: 'personalities',
  task: 'tasks',
};

/**
 * The file a name of a prompt layer means. The first of the folders that has it wins; in each, the name stands as
 * written, with an ending left out, and below the folder of its layer (`roles/`, `personas/`, `personalities/`, `tasks/`).
 */
export function findPromptFile(name: string, layer: PromptLayer, folders: readonly string[]): string | undefined {
  const candidates = isAbsolute(name)
    ? [name]
    : folders.flatMap((folder) => [join(folder, name), join(folder, shelves[layer], name)]);
  return candidates.flatMap((path) => endings.map((ending) => `${path}${ending}`)).find(isFile);
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
