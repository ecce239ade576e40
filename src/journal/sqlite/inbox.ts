import type { Command, InboxEntry } from '../../contract/command.ts';
import type { NewInboxEntry } from '../../engine/ports/journal.ts';
import type { Database } from './database.ts';
import { runNumber } from './runs.ts';

export function addToInbox(database: Database, runId: string, entry: NewInboxEntry): 'accepted' | 'already' {
  const { changes } = database.run(
    'insert into inbox (run, id, command, sender, at) values (?, ?, ?, ?, ?) on conflict (run, id) do nothing',
    runNumber(database, runId),
    entry.id,
    JSON.stringify(entry.command),
    entry.by,
    entry.at,
  );
  return changes === 0 ? 'already' : 'accepted';
}

interface InboxRecord {
  readonly seq: number;
  readonly id: string;
  readonly command: string;
  readonly sender: string;
  readonly at: number;
}

export function readInbox(database: Database, runId: string, afterSeq: number): readonly InboxEntry[] {
  return database
    .all<InboxRecord>(
      'select * from inbox where run = ? and seq > ? order by seq',
      runNumber(database, runId),
      afterSeq,
    )
    .map(({ seq, id, command, sender, at }) => ({
      seq,
      id,
      // Only `send` writes here, and it takes a Command.
      command: JSON.parse(command) as Command,
      by: sender,
      at,
    }));
}
