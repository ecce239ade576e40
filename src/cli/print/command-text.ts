import type { Command } from '../../contract/command.ts';
import { assertNever } from '../../shared/errors.ts';

/** A command that was sent to a run, in a few words. */
export function commandText(command: Command): string {
  switch (command.kind) {
    case 'steer':
      return `steer ${command.node ?? 'the run'}: ${command.text}`;
    case 'answer':
      return `answer ${JSON.stringify(command.answer)} to ${command.question}`;
    case 'budget':
      return `budget ${Object.entries(command.set)
        .map(([kind, amount]) => `${kind}=${amount}`)
        .join(' ')}`;
    case 'retry':
    case 'skip':
      return `${command.kind} ${command.node}`;
    case 'cancel':
      return `cancel: ${command.reason}`;
    case 'pause':
      return 'pause';
    default:
      return assertNever(command);
  }
}
