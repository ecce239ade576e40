import type { RequirementId } from '../requirements.ts';

/**
 * Requirements whose test is still to be written, or to be tagged with `verifies`. This list only
 * shrinks: test/coverage.test.ts refuses a line that has a test.
 */
export const pending: readonly RequirementId[] = [
  'lint:own:lenient',
  'durability:R1:append-atomic',
  'durability:R4:replay',
  'durability:R4:walk-version',
  'durability:redaction:short-secret',
  'durability:journal:schema-number',
  'durability:journal:newer',
  'durability:journal:network',
  'durability:journal:fork',
  'defect:inputs-late',
  'defect:quadratic-checkpoints',
  'defect:path-escape',
];
