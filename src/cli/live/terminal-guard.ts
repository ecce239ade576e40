import process from 'node:process';

export interface GuardedTerminal {
  /** Gives the terminal back; called at most once, perhaps while the process ends. */
  restore(): void;
  /** The process was stopped and goes on. */
  continued(): void;
}

/** Signals that end a process which does not listen to them; the others are told to whoever drives the run. */
const deadly = ['SIGHUP', 'SIGQUIT'] as const;

/**
 * Makes sure that the terminal is given back however the process ends, kill -9 excepted: by itself, by an
 * error nobody caught, by a signal. Returns how to stop guarding.
 */
export function guardTerminal({ restore, continued }: GuardedTerminal): () => void {
  const die = (signal: NodeJS.Signals): void => {
    restore();
    stop();
    process.kill(process.pid, signal);
  };
  for (const signal of deadly) process.on(signal, die);
  process.on('SIGCONT', continued);
  process.on('exit', restore);
  // Before the error is printed, which then stands below the picture.
  process.on('uncaughtExceptionMonitor', restore);
  const stop = (): void => {
    for (const signal of deadly) process.off(signal, die);
    process.off('SIGCONT', continued);
    process.off('exit', restore);
    process.off('uncaughtExceptionMonitor', restore);
  };
  return stop;
}

/** Does what the terminal would do on Ctrl-C or Ctrl-Z if its keyboard were not held: tells the whole process group. */
export function raise(signal: 'SIGINT' | 'SIGTSTP'): void {
  process.kill(0, signal);
}
