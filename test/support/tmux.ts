import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { CliProject } from './cli.ts';

const launcher = join(import.meta.dirname, '../../bin/orchestra.js');

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

/** A terminal that tmux plays, with a shell in the folder of a project. */
export interface TmuxTerminal {
  /** Types a line into the shell. */
  type(line: string): void;
  /** Runs `orchestra` with these arguments, then prints its exit code as `exit code N`. */
  orchestra(args: string): void;
  /** Sends keys by tmux's names, for example `C-c`. */
  press(...keys: readonly string[]): void;
  resize(size: TerminalSize): void;
  /** The lines on the screen, without blanks at their ends. */
  screen(): readonly string[];
  /** The same with what scrolled away. */
  history(): readonly string[];
  /** The screen with its colours as escape sequences. */
  colours(): string;
  cursorIsShown(): boolean;
  /** Resolves with the screen once it holds the text, or matches. */
  shows(wanted: string | RegExp): Promise<readonly string[]>;
}

/** Opens a terminal that belongs to this test and ends with it. */
export function openTerminal(
  { folder, home, environment }: CliProject,
  { columns, rows }: TerminalSize,
  env: Readonly<Record<string, string>> = {},
): TmuxTerminal {
  const socket = join(home, 'tmux');
  const tmux = (...args: readonly string[]): string =>
    execFileSync('tmux', ['-S', socket, '-f', '/dev/null', ...args], {
      cwd: folder,
      env: { ...environment, ...env },
      encoding: 'utf8',
    });
  const size = (wide: number, high: number): readonly string[] => ['-x', String(wide), '-y', String(high)];
  tmux('new-session', '-d', ...size(columns, rows), 'bash --norc --noprofile -i');
  onTestFinished(() => void tmux('kill-server'));
  const lines = (...flags: readonly string[]): readonly string[] =>
    tmux('capture-pane', '-p', ...flags)
      .trimEnd()
      .split('\n')
      .map((line) => line.trimEnd());
  const type = (line: string): void => {
    tmux('send-keys', '-l', line);
    tmux('send-keys', 'Enter');
  };
  return {
    type,
    orchestra: (args) => type(`node '${launcher}' ${args}; echo "exit code $?"`),
    press: (...keys) => void tmux('send-keys', ...keys),
    resize: (to) => void tmux('resize-window', ...size(to.columns, to.rows)),
    screen: () => lines(),
    history: () => lines('-S', '-'),
    colours: () => tmux('capture-pane', '-p', '-e'),
    cursorIsShown: () => tmux('display-message', '-p', '#{cursor_flag}').trim() === '1',
    async shows(wanted) {
      for (;;) {
        const seen = lines();
        const text = seen.join('\n');
        if (typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text)) return seen;
        await delay(20);
      }
    },
  };
}
