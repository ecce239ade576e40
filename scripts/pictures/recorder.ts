import { execFileSync } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

/** What a terminal showed from a moment on. */
export interface Frame {
  /** Milliseconds from the beginning of the recording. */
  readonly at: number;
  /** Lines with their colours as escape sequences. */
  readonly lines: readonly string[];
}

export interface RecordedTerminal {
  readonly folder: string;
  readonly socket: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns: number;
  readonly rows: number;
}

const lookEveryMs = 80;
const patienceMs = 60_000;

/** A terminal that tmux plays, watched while commands are typed into it. */
export class Recorder {
  readonly frames: Frame[] = [];
  readonly #terminal: RecordedTerminal;
  #beganAt: number | undefined;

  constructor(terminal: RecordedTerminal) {
    this.#terminal = terminal;
    const { columns, rows } = terminal;
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('new-session', '-d', ...size, "PS1='$ ' exec bash --norc --noprofile -i");
  }

  /** Types as a person does, and presses Enter. */
  async type(line: string): Promise<void> {
    for (const character of line) {
      this.#tmux('send-keys', '-l', character);
      await this.watch(40);
    }
    this.#tmux('send-keys', 'Enter');
  }

  /** Records until the screen holds a text. */
  async until(text: string): Promise<void> {
    const end = performance.now() + patienceMs;
    for (let lines = this.#look(); !lines.some((line) => line.includes(text)); lines = this.#look()) {
      if (performance.now() > end) throw new Error(`the terminal never showed ${text}:\n${lines.join('\n')}`);
      await delay(lookEveryMs);
    }
  }

  async watch(ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end;) {
      this.#look();
      await delay(Math.min(lookEveryMs, ms));
    }
  }

  end(): void {
    this.#tmux('kill-server');
  }

  /** @returns the lines as plain text */
  #look(): readonly string[] {
    const lines = this.#tmux('capture-pane', '-p', '-e').replace(/\n$/, '').split('\n');
    this.#beganAt ??= performance.now();
    const last = this.frames.at(-1);
    if (last?.lines.join('\n') !== lines.join('\n')) this.frames.push({ at: performance.now() - this.#beganAt, lines });
    // oxlint-disable-next-line no-control-regex -- the sequences colours are made of
    return lines.map((line) => line.replaceAll(/\u001B\[[\d;]*m/g, ''));
  }

  #tmux(...args: readonly string[]): string {
    const { folder, socket, env } = this.#terminal;
    return execFileSync('tmux', ['-u', '-S', socket, '-f', '/dev/null', ...args], {
      cwd: folder,
      env,
      encoding: 'utf8',
    });
  }
}
