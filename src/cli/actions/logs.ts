import { newestRun } from '../../app/find-run.ts';
import { assertNode, isAbout } from '../../app/node-filter.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import { RunLog } from '../../app/run-log.ts';
import type { EventLine } from '../../contract/event-line.ts';
import { finalStates } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { logLines } from '../print/log-lines.ts';
import { waitingText } from '../print/waiting-text.ts';
import { momentSince } from '../since.ts';

export interface LogsFlags {
  readonly json?: boolean;
  readonly follow?: boolean;
  readonly node?: string;
  readonly since?: string;
}

export async function showLog(this: CliContext, flags: LogsFlags, runId: string = newestRun): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.findRun(runId);
    if (flags.node !== undefined) await assertNode(orchestra.journal, row, flags.node);
    const log = new RunLog(orchestra.journal, row.id);
    const isWanted = filterOf(flags);
    const print = async (): Promise<number> => {
      let printed = 0;
      for await (const line of log.read()) {
        if (!isWanted(line)) continue;
        printed += 1;
        if (flags.json) printJson(this, line);
        else for (const text of logLines(line, row.id)) printLine(this, text);
      }
      return printed;
    };
    if (flags.follow) await follow(this, orchestra, { row, log, print });
    else if ((await print()) === 0) noteLine(this, `Nothing is recorded${askedFor(flags)} so far.`);
    return exitCodes.success;
  });
}

function filterOf({ node, since }: LogsFlags): (line: EventLine) => boolean {
  const isThere = node === undefined ? () => true : isAbout(node);
  const from = since === undefined ? undefined : momentSince(since, Date.now());
  return (line) => (from === undefined || Date.parse(line.at) >= from) && isThere(line);
}

function askedFor({ node, since }: LogsFlags): string {
  return `${node === undefined ? '' : ` of ${node}`}${since === undefined ? '' : ` since ${since}`}`;
}

interface Followed {
  readonly row: RunRow;
  readonly log: RunLog;
  readonly print: () => Promise<number>;
}

/** How long until an owner's death is noticed, which changes nothing in the journal. */
const lookAgainMs = 1_000;

/** Prints what happens until the run has ended or the reader leaves, which is no harm to the run. */
async function follow(context: CliContext, orchestra: Orchestra, { row, log, print }: Followed): Promise<void> {
  const left = new AbortController();
  const stopListening = context.onSignal(() => left.abort());
  const tell = createTeller(context, orchestra);
  try {
    while (!left.signal.aborted) {
      // Looked at before the events are read: those of its end are committed by then.
      const now = await orchestra.findRun(row.id);
      await print();
      await tell(now);
      if (finalStates.has(now.state)) return;
      await log.changed(left.signal, lookAgainMs);
    }
  } finally {
    stopListening();
  }
}

/** Says beside the events, once each time, what the run waits for and what it needs to go on. */
function createTeller(context: CliContext, orchestra: Orchestra): (row: RunRow) => Promise<void> {
  let told = '';
  return async (row) => {
    const text = (await standing(orchestra, row)).join('\n');
    if (text !== told && text !== '') noteLine(context, text);
    told = text;
  };
}

async function standing(orchestra: Orchestra, row: RunRow): Promise<readonly string[]> {
  const { id, state, waiting = [] } = row;
  if (finalStates.has(state)) return [`Run ${id} is ${state}.`];
  const lease = await orchestra.journal.leaseOf(id);
  const asks = waiting.some(({ for: subject }) => subject !== 'timer');
  return [
    ...waiting.map((item) => `Run ${id} ${waitingText(item, Date.now())}`),
    ...(asks ? [`  Answer with: orchestra answer ${id} ANSWER`] : []),
    ...(lease?.alive ? [] : [`Nobody walks run ${id}, which is ${state}. Go on with: orchestra resume ${id}`]),
  ];
}
