import type { StepEvent } from '../../contract/event.ts';
import { clip } from '../preamble/clip.ts';

/** Characters the account may take, and one text, input or output in it. */
const limits = { whole: 12_000, text: 2_000, input: 300, output: 500 };

/** What was said and done in a task that was begun, for whoever goes on with it: the newest of it where it is long. */
export function conversationSoFar(events: readonly StepEvent[]): string {
  const lines: string[] = [];
  let length = 0;
  for (const entry of entriesOf(events).toReversed()) {
    length += entry.length + 1;
    if (length > limits.whole) {
      lines.push('(what was before is left out)');
      break;
    }
    lines.push(entry);
  }
  return lines.toReversed().join('\n');
}

/** Pieces of one text are one entry. */
function entriesOf(events: readonly StepEvent[]): readonly string[] {
  const entries: string[] = [];
  let said = '';
  const flush = (): void => {
    if (said.trim() !== '') entries.push(`said: ${clip(said.trim(), limits.text)}`);
    said = '';
  };
  for (const event of events) {
    if (event.type === 'AgentText') {
      said += event.text;
      continue;
    }
    const entry = entryOf(event);
    if (entry === undefined) continue;
    flush();
    entries.push(entry);
  }
  flush();
  return entries;
}

function entryOf(event: StepEvent): string | undefined {
  switch (event.type) {
    case 'AgentToolCall':
      return `called ${event.tool} ${clip(JSON.stringify(event.input), limits.input)}`;
    case 'AgentToolResult':
      return `${event.isError ? 'it failed' : 'it gave'}: ${clip(event.output.trim(), limits.output)}`;
    case 'AgentFileChange':
      return `${event.change} ${event.path}`;
    default:
      return undefined;
  }
}
