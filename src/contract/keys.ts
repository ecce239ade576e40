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
