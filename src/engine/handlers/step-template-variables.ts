import { isJsonObject, type Json } from '../../shared/json.ts';
import { isBlobRef } from '../../shared/blob-ref.ts';

export interface TemplateVariables {
  readonly variables: Readonly<Record<string, unknown>>;
  /** Keys left out because the journal keeps their values apart (above 64 KB). */
  readonly leftOut: readonly string[];
}

/**
 * The context as templates see it: dotted keys as nested maps, so that `tool.output` is a member of `tool`.
 * Where one key is a prefix of another, the longer one wins: beside `tool.output` a scalar `tool` disappears,
 * and an object `tool` keeps its other members. A key with an empty segment (`a..b`) is not split.
 */
export function templateVariables(context: ReadonlyMap<string, Json>): TemplateVariables {
  const root = emptyBranch();
  const leftOut: string[] = [];
  const paths = [...context].map(([key, value]) => ({ key, path: pathOf(key), value }));
  // Shorter paths first, so that a longer one finds and replaces what stands in its way.
  for (const { key, path, value } of paths.sort((a, b) => a.path.length - b.path.length)) {
    if (isBlobRef(value)) leftOut.push(key);
    else insert(root, path, value);
  }
  return { variables: root, leftOut };
}

/** Without a prototype, so that `__proto__` and `constructor` are ordinary keys. */
type Branch = Record<string, unknown>;

function emptyBranch(): Branch {
  // `Object.create` is typed as any.
  return Object.create(null) as Branch;
}

function pathOf(key: string): readonly string[] {
  const segments = key.split('.');
  return segments.includes('') ? [key] : segments;
}

function insert(root: Branch, path: readonly string[], value: Json): void {
  let branch = root;
  for (const segment of path.slice(0, -1)) {
    // Copied at every insertion: objects of the context are shared with the run and stay untouched.
    const child = Object.assign(emptyBranch(), isJsonObject(branch[segment]) ? branch[segment] : undefined);
    branch[segment] = child;
    branch = child;
  }
  branch[path.at(-1) ?? ''] = value;
}
