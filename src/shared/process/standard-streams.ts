import type { ChildProcess, StdioOptions } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { closeAll, openPipes, type Pipe } from './pipe.ts';

/** Our ends of a program's standard streams. */
export interface ProgramStreams {
  /** Undefined where the program has nothing to read. */
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** The standard streams of a program that is about to be started. */
export interface StandardStreams {
  /** What `spawn` gives it as its descriptors 0, 1 and 2. */
  readonly stdio: Exclude<StdioOptions, string>;
  /** It has been started. */
  started(child: ChildProcess): ProgramStreams;
  /** It could not be started. */
  discard(): void;
}

/**
 * Output goes through pipes, so that `/dev/stdout` and `/dev/stderr` can be opened by their names; where no pipe can be made,
 * through the sockets Node makes itself: everything but those names works then as well. Input stays a socket: a FIFO
 * opened by name would wait for a writer who has said all and gone.
 */
export async function openStandardStreams(hasInput: boolean): Promise<StandardStreams> {
  const input = hasInput ? 'pipe' : 'ignore';
  const [out, err] = (await openPipes(2)) ?? [];
  if (!out || !err) return ofNode(input);
  return {
    stdio: [input, out.write, err.write],
    started({ stdin }) {
      // While we hold its ends as well, no stream would ever end.
      closeAll([out.write, err.write]);
      return { stdin: stdin ?? undefined, stdout: readerOf(out), stderr: readerOf(err) };
    },
    discard: () => closeAll([out.read, out.write, err.read, err.write]),
  };
}

function ofNode(input: 'pipe' | 'ignore'): StandardStreams {
  return {
    stdio: [input, 'pipe', 'pipe'],
    // The streams are there, since `stdio` asks for them.
    started: ({ stdin, stdout, stderr }) => ({
      stdin: stdin ?? undefined,
      stdout: stdout as Readable,
      stderr: stderr as Readable,
    }),
    discard: () => undefined,
  };
}

/** The stream owns the descriptor from here on. */
function readerOf({ read }: Pipe): Socket {
  return new Socket({ fd: read, readable: true, writable: false });
}
