import type { Command } from '../../contract/command.ts';
import { assertNever } from '../../shared/errors.ts';
import { attemptKey, type Visit } from './visit.ts';
import type { BudgetGates } from './budget-gates.ts';
import type { Budgets } from './budgets.ts';
import type { Stage } from './walk-handler.ts';

/** What commands need of the walk. */
export interface CommandedWalk extends Pick<Stage, 'emit'> {
  readonly budgets: Budgets;
  readonly budgetGates: BudgetGates;
  readonly active: ReadonlyMap<string, Visit>;
  cancel(reason: string): void;
  steer(text: string, node: string | undefined): void;
  restartVisit(visit: Visit): void;
  skipVisit(visit: Visit): void;
}

/** Applies a command from the inbox at the moment the walk received it. */
export function applyCommand(walk: CommandedWalk, command: Command): void {
  switch (command.kind) {
    case 'cancel':
      return walk.cancel(command.reason);
    case 'steer':
      return walk.steer(command.text, command.node);
    case 'budget':
      walk.budgets.setRunLimits(command.set);
      return walk.budgetGates.recheck();
    case 'retry':
      return forVisit(walk, command, (visit) => walk.restartVisit(visit));
    case 'skip':
      return forVisit(walk, command, (visit) => walk.skipVisit(visit));
    case 'answer':
    case 'pause':
      // The runtime acts on these two itself: answers settle gates, a pause suspends the walk.
      return;
    default:
      return assertNever(command);
  }
}

type VisitCommand = Extract<Command, { kind: 'retry' | 'skip' }>;

/** Acts on the newest active visit that is meant; a command for a node that is not running is recorded, not lost. */
function forVisit(walk: CommandedWalk, command: VisitCommand, act: (visit: Visit) => void): void {
  const visit = [...walk.active.values()].findLast((active) => isMeant(command, active));
  if (visit) act(visit);
  else walk.emit({ type: 'RunWarning', message: `cannot ${command.kind} ${command.node}: it is not running` });
}

function isMeant(command: VisitCommand, visit: Visit): boolean {
  if (command.kind === 'skip' || command.operation === undefined) return visit.node.id === command.node;
  const key = attemptKey(visit);
  return command.operation === key || command.operation.startsWith(`${key}:`);
}
