import type { Command } from '../../contract/command.ts';
import { assertNever } from '../../shared/errors.ts';
import type { Visit } from './visit.ts';
import type { Walk } from './walk.ts';

/** Applies a command from the inbox at the moment the walk received it. */
export function applyCommand(walk: Walk, command: Command): void {
  switch (command.kind) {
    case 'cancel':
      return walk.cancel(command.reason);
    case 'steer':
      return walk.steer(command.text, command.node);
    case 'budget':
      walk.budgets.setRunLimits(command.set);
      return walk.budgetGates.recheck();
    case 'retry':
      return forVisit(walk, command.node, 'retry', (visit) => walk.restartVisit(visit));
    case 'skip':
      return forVisit(walk, command.node, 'skip', (visit) => walk.skipVisit(visit));
    case 'answer':
    case 'pause':
      // The runtime acts on these two itself: answers settle gates, a pause suspends the walk.
      return;
    default:
      return assertNever(command);
  }
}

/** Acts on the newest active visit of a node; a command for a node that is not running is recorded, not lost. */
function forVisit(walk: Walk, node: string, verb: string, act: (visit: Visit) => void): void {
  const visit = [...walk.active.values()].findLast((active) => active.node.id === node);
  if (visit) act(visit);
  else walk.emit({ type: 'RunWarning', message: `cannot ${verb} ${node}: it is not running` });
}
