import type { EventLine } from '../../contract/event-line.ts';
import { progressText } from '../print/progress.ts';

/** Events that stay above the picture: what a reader must be told and the rows of nodes do not show. */
const noticed: ReadonlySet<EventLine['type']> = new Set([
  'AgentWarning',
  'RunWarning',
  'GoalGateUnsatisfied',
  'BudgetExhausted',
  'PipelineRestarted',
]);

/** The line for an event that is worth one beside the picture. */
export function noticeText(line: EventLine): string | undefined {
  return noticed.has(line.type) ? progressText(line)?.trimStart() : undefined;
}
