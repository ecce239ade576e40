import { test, type TestFunction } from 'vitest';
import type { RequirementId } from '../requirements.ts';

/**
 * A test that proves clauses of the manifest. The ids stand literally in the call, since
 * test/coverage.test.ts and docs/conformance.md read them from the source.
 *
 * @example
 * verifies('dot:edge:chain', 'a chain becomes one edge for each pair', () => { ... });
 */
export function verifies(
  _ids: RequirementId | readonly RequirementId[],
  title: string,
  body: TestFunction,
  timeoutMs?: number,
): void {
  test(title, body, timeoutMs);
}
