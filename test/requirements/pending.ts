import type { RequirementId } from '../requirements.ts';

/**
 * Requirements whose test is still to be written, or to be tagged with `verifies`. This list only
 * shrinks: test/coverage.test.ts refuses a line that has a test.
 */
export const pending: readonly RequirementId[] = [];
