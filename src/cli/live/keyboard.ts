import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { ReadStream } from 'node:tty';

/** What comes from the keyboard. */
export interface KeyboardListener {
  /** The line being typed has changed. */
  typed(): void;
  /** A line is complete. */
  entered(line: string): void;
  /** Ctrl-D on an empty line, or the terminal has gone. */
  ended(): void;
  /** Ctrl-C and Ctrl-Z, which the terminal passes on as keys while the keyboard is held. */
  interrupted(): void;
  suspended(): void;
}

/** Readline edits the line; what it would write is drawn as part of the picture instead. */
const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });

/** Holds the keyboard of a terminal: nothing typed shows up by itself, and keys are edited into a line. */
export class Keyboard {
  readonly #input: ReadStream;
  readonly #listener: KeyboardListener;
  #editor: Interface | undefined;
  readonly #onKey = (): void => this.#listener.typed();

  constructor(input: ReadStream, listener: KeyboardListener) {
    this.#input = input;
    this.#listener = listener;
  }

  get text(): string {
    return this.#editor?.line ?? '';
  }

  /** Position in `text`, in UTF-16 units. */
  get cursor(): number {
    return this.#editor?.cursor ?? 0;
  }

  hold(): void {
    if (this.#editor) return;
    const editor = createInterface({ input: this.#input, output: nowhere, terminal: true, historySize: 0 });
    this.#editor = editor;
    editor.on('line', (line) => this.#listener.entered(line));
    editor.on('SIGINT', () => this.#listener.interrupted());
    editor.on('SIGTSTP', () => this.#listener.suspended());
    editor.on('close', () => this.#closed(editor));
    // A terminal that goes away reports an error instead of an end.
    editor.on('error', () => editor.close());
    // After the editor's own listener, so that it has taken the key up already.
    this.#input.on('keypress', this.#onKey);
  }

  /** Forgets what was typed so far. */
  clear(): void {
    this.#editor?.write(null, { ctrl: true, name: 'e' });
    this.#editor?.write(null, { ctrl: true, name: 'u' });
  }

  /** Gives the keyboard back. */
  release(): void {
    const editor = this.#editor;
    this.#editor = undefined;
    this.#input.off('keypress', this.#onKey);
    editor?.close();
  }

  #closed(editor: Interface): void {
    if (this.#editor !== editor) return;
    this.release();
    // After Ctrl-D keys still come, and must not show up in the picture.
    if (this.#input.readable) this.hold();
    this.#listener.ended();
  }
}
