/** Who holds the journal; as the journal tells it. */
interface Holder {
  readonly pid: number;
  readonly isStopped: boolean;
}

/** What a command that waits for the journal says, with what can be done where the holder is stopped. */
export function waitingForHolder(holder: Holder | undefined): string {
  if (holder === undefined) return 'Waiting for another process that holds the journal.';
  const { pid, isStopped } = holder;
  if (!isStopped) return `Waiting for process ${pid}, which holds the journal.`;
  return `Waiting for process ${pid}, which holds the journal and is stopped: continue it with \`kill -CONT ${pid}\`.`;
}
