import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { InterviewerDetached } from '../engine/ports/interviewer.ts';
import { untilAborted } from '../shared/abort.ts';

/**
 * The lines of an input, one reader at a time. Lines that arrive unasked are kept for the next reader, so that
 * answers can be piped in. The input is only read while somebody waits and does not keep the process alive
 * otherwise.
 */
export interface LineReader {
  /** The next line; rejects with `InterviewerDetached` after the end of input and with the signal's reason on abort. */
  next(signal: AbortSignal): Promise<string>;
  close(): void;
}

export function createLineReader(input: Readable): LineReader {
  // Not as a terminal: raw mode would swallow Ctrl-C, which belongs to the process.
  const lines = createInterface({ input, terminal: false });
  const unread: string[] = [];
  const state = { ended: false };
  let wake = (): void => {};
  lines.pause();
  lines.on('line', (line) => {
    unread.push(line);
    wake();
  });
  const end = (): void => {
    state.ended = true;
    wake();
  };
  lines.on('close', end);
  // A terminal that goes away reports an error instead of an end.
  lines.on('error', end);

  const arrival = (): Promise<void> =>
    new Promise((resolve) => {
      wake = resolve;
    });

  return {
    async next(signal) {
      if (!state.ended) lines.resume();
      try {
        while (unread.length === 0 && !state.ended) await untilAborted(signal, arrival);
      } finally {
        if (!state.ended) lines.pause();
      }
      signal.throwIfAborted();
      const line = unread.shift();
      if (line === undefined) throw new InterviewerDetached('the input is closed');
      return line;
    },
    close: () => lines.close(),
  };
}
