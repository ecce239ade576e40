import type { ReplayDifference } from '../../contract/replay-difference.ts';
import { lineDiff } from '../../shared/line-diff.ts';
import type { Failure } from './expectations.ts';

/** A recording that does not lead through the pipeline any more. */
export function differenceFailure({ what, operation, recorded, asked }: ReplayDifference): Failure {
  const place = operation === undefined ? what : `${what} of ${operation}`;
  const message = [`${place} is not as recorded`, ...lineDiff(recorded, asked)].join('\n');
  return { path: ['recorded'], expected: recorded, actual: asked, message };
}
