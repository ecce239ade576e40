import type { RequirementId } from '../requirements.ts';

/**
 * Requirements whose test is still to be written, or to be tagged with `verifies`. This list only
 * shrinks: test/coverage.test.ts refuses a line that has a test.
 */
export const pending: readonly RequirementId[] = [
  'checkpoint:restore',
  'checkpoint:continues-after',
  'lint:own:lenient',
  'parity:checkpoint-resume',
  'smoke:execute',
  'machine:run:dry-run',
  'durability:R1:append-atomic',
  'durability:R4:replay',
  'durability:R4:walk-version',
  'durability:R7:resume-kills-first',
  'durability:redaction:door',
  'durability:redaction:short-secret',
  'durability:journal:schema-number',
  'durability:journal:newer',
  'durability:journal:network',
  'durability:journal:fork',
  'defect:counters-lost',
  'defect:resume-differs-from-run',
  'defect:inputs-late',
  'defect:quadratic-checkpoints',
  'defect:unbounded-output',
  'defect:shell-injection',
  'defect:secrets-stored',
  'defect:path-escape',
];
