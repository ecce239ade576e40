/** Key of a visit: `review#2`, in a branch `fan#1/security/scan#1` (R4). */
export function visitKey(scope: string, node: string, visit: number): string {
  return inScope(scope, `${node}#${visit}`);
}

/** A name as a path: behind the branch it stands in, if any. */
export function inScope(scope: string, name: string): string {
  return scope === '' ? name : `${scope}/${name}`;
}

/** Key of one attempt of a visit; the first has the key of the visit itself. */
export function attemptKey(visit: string, attempt: number): string {
  return attempt === 1 ? visit : `${visit}@${attempt}`;
}

/** The branches that lie around a scope, itself included, outermost first: `fan#1/a`, `fan#1/a/sub#1/b`. */
export function branchesAround(scope: string): readonly string[] {
  // Each branch adds two parts: the fan-out that opened it, and its own name.
  const parts = scope === '' ? [] : scope.split('/');
  return Array.from({ length: parts.length / 2 }, (_, index) => parts.slice(0, 2 * (index + 1)).join('/'));
}

/** The node and the branch an operation belongs to, by its key: `scan` and `fan#1/security` of `fan#1/security/scan#1@2`. */
export function placeOfKey(key: string): { readonly node: string; readonly scope: string } {
  const start = key.lastIndexOf('/') + 1;
  return { node: key.slice(start).replace(/#\d+(?:@\d+)?(?::.*)?$/, ''), scope: key.slice(0, Math.max(0, start - 1)) };
}

/** Key of the attempt an operation belongs to: that of the operation without the names of parts, `scan#1@2` of `scan#1@2:ask#1`. */
export function attemptOfKey(key: string): string {
  const start = key.lastIndexOf('/') + 1;
  return key.slice(0, start) + key.slice(start).replace(/(#\d+(?:@\d+)?):[^]*$/, '$1');
}
