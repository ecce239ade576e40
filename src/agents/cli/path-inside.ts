import { isAbsolute, relative } from 'node:path';

/** A path as it is called from inside the folder; what lies elsewhere keeps its own. */
export function pathInside(folder: string, path: string): string {
  const inside = relative(folder, path);
  return inside.startsWith('..') || isAbsolute(inside) ? path : inside;
}
