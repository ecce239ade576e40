import type { Usage } from '../../contract/outcome.ts';
import type { NodeResult } from '../ports/step.ts';

/** Why a step cannot go on. Returned, not thrown, so that what was already spent is still counted. */
export interface Problem {
  readonly problem: string;
}

export function isProblem(value: object): value is Problem {
  return 'problem' in value;
}

/** A FAIL result that says why. */
export function failed(problem: string, usage?: Usage): NodeResult {
  return { outcome: { status: 'fail', failureReason: problem }, ...(usage && { usage }) };
}
