import { withoutAround } from './step-text.ts';

/** Namespaces of the engine (5.1). What comes from agents, tools and files never sets them. */
export const reservedNamespaces = ['internal', 'graph', 'parallel', 'stack', 'human.gate'] as const;

/** True for a key in a reserved namespace, and for the namespace itself: its value could shadow the keys below it. */
export function isReservedKey(key: string): boolean {
  return reservedNamespaces.some((namespace) => key === namespace || key.startsWith(`${namespace}.`));
}

/** Why these keys may not be set; undefined when they may. */
export function reservedKeyProblem(keys: Iterable<string>, where: string): string | undefined {
  for (const key of keys) {
    if (isReservedKey(key)) return `${where}: context key "${key}" is reserved for the engine`;
  }
  return undefined;
}

/**
 * What lines `key: value` of a text set, for the declared keys only (`context_keys`). Space and the emphasis
 * marks `*`, `_` and backtick around line, key and value are stripped; the last occurrence of a key wins, and
 * an empty value sets nothing.
 */
export function contextKeysFrom(text: string, declared: readonly string[]): Readonly<Record<string, string>> {
  const found = new Map<string, string>();
  if (declared.length === 0) return {};
  for (const line of text.split(/\r\n|[\n\r]/)) {
    const colon = line.indexOf(':');
    if (colon === -1) continue;
    const key = declaredKey(line.slice(0, colon), declared);
    const value = withoutAround(line.slice(colon + 1), emphasis);
    if (key !== undefined && value !== '') found.set(key, value);
  }
  return Object.fromEntries(found);
}

/** A declared key may itself begin or end with an underscore, so the name is also tried with them. */
function declaredKey(written: string, declared: readonly string[]): string | undefined {
  const names = [withoutAround(written, '*`'), withoutAround(written, emphasis)];
  return declared.find((key) => names.includes(key));
}

const emphasis = '*_`';
