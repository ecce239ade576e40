import type { ReadStream, WriteStream } from 'node:tty';
import { isInForeground } from './live-conditions.ts';
import type { EventLine } from '../../contract/event-line.ts';
import { promptFor } from '../../people/desk.ts';
import { wrapTo } from './fit.ts';
import type { Glyphs } from './glyphs.ts';
import { Keyboard } from './keyboard.ts';
import { span, type Line } from './line.ts';
import type { LiveDesk } from './live-desk.ts';
import { noticeText } from './notice-text.ts';
import { closingLines, pictureLines, type Scene, type Stopping } from './picture.ts';
import type { ShownQuestion } from './question-panel.ts';
import type { RunModel } from './run-model.ts';
import { Screen } from './screen.ts';
import { guardTerminal, raise } from './terminal-guard.ts';

export interface LiveViewOptions {
  readonly model: RunModel;
  readonly terminal: WriteStream;
  /** The keyboard of the terminal, where stdin is one. */
  readonly keyboard: ReadStream | undefined;
  /** Where somebody here is asked; undefined where nobody is. */
  readonly desk: LiveDesk | undefined;
  readonly hasColours: boolean;
  readonly glyphs: Glyphs;
}

/** At most ten pictures a second, however much happens. */
const shortestPauseMs = 100;
/** Elapsed times are shown in seconds. */
const tickMs = 1_000;
/** How long something that holds everything up is shown after it was last told of. */
const obstacleMs = 1_500;
/** A note is read as a whole, and long ones are rare; of an event, `show` tells all. */
const noteLimit = 20;
const noticeLimit = 2;
/** A question that others answer at once is not shown. */
const unattendedMs = 1_000;

/** Shows a run on a terminal while it goes on: one picture, redrawn in place, until `close` leaves its last state as plain lines. */
export class LiveView {
  readonly #options: LiveViewOptions;
  readonly #screen: Screen;
  readonly #keyboard: Keyboard | undefined;
  #stopping: Stopping | undefined;
  #obstacle: { readonly text: string; readonly until: number } | undefined;
  #isInterrupted = false;
  #isSuspended = false;
  #isClosed = false;
  #drawnAt = 0;
  #nextDrawing: NodeJS.Timeout | undefined;
  readonly #stops: (() => void)[] = [];

  constructor(options: LiveViewOptions) {
    const { terminal, hasColours, keyboard } = options;
    this.#options = options;
    this.#screen = new Screen(terminal, hasColours);
    this.#keyboard =
      keyboard &&
      new Keyboard(keyboard, {
        typed: () => this.#typed(),
        entered: (line) => this.#options.desk?.enter(line),
        ended: () => this.#options.desk?.leave(),
        interrupted: () => raise('SIGINT'),
        suspended: () => this.#suspend(),
      });
  }

  /** Takes the terminal. */
  open(): void {
    const { terminal, desk } = this.#options;
    const onResize = (): void => {
      this.#screen.resized();
      this.#draw();
    };
    terminal.on('resize', onResize);
    // The run keeps the process alive, its picture does not.
    const ticking = setInterval(() => this.#tick(), tickMs).unref();
    const stopGuarding = guardTerminal({
      restore: () => this.#abandon(),
      continued: () => this.#continue(),
    });
    this.#stops.push(
      () => terminal.off('resize', onResize),
      () => clearInterval(ticking),
      stopGuarding,
    );
    desk?.watch({
      changed: () => {
        this.#keyboard?.clear();
        this.#changed();
      },
      closed: (question, end) => {
        if (end === 'withdrawn' && !this.#stopping) this.note(`? ${question.text} (no longer awaited)`);
      },
      informed: (message, stage) => this.note(`[${stage}] ${message}`),
    });
    this.#keyboard?.hold();
    this.#draw();
  }

  /** Takes up an event of a run the model was told of. */
  add(line: EventLine): void {
    this.#options.model.add(line);
    const notice = noticeText(line);
    if (notice !== undefined) this.note(notice, noticeLimit);
    this.#changed();
  }

  /**
   * Puts a text above the picture, where it stays.
   * @param limit lines each of its own lines may take
   */
  note(text: string, limit = noteLimit): void {
    const { width } = this.#screen;
    const lines = text.split('\n').flatMap((part): readonly Line[] => {
      const indent = /^ */.exec(part)?.[0].slice(0, width / 2) ?? '';
      return wrapTo(part, width - indent.length, limit, this.#options.glyphs).map((line) => [span(indent + line)]);
    });
    this.#screen.above(lines);
  }

  /** Says what holds everything up, as long as this is told again. */
  obstacle(text: string): void {
    this.#obstacle = { text, until: Date.now() + obstacleMs };
    this.#changed();
  }

  /** Whether somebody walks the run; where nobody does, what goes on is shown as interrupted. */
  walked(isWalked: boolean): void {
    if (isWalked !== this.#isInterrupted) return;
    this.#isInterrupted = !isWalked;
    this.#changed();
  }

  stopping(stopping: Stopping): void {
    this.#stopping = stopping;
    this.#draw();
  }

  /** Gives the terminal back and leaves the last state of the run there. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#release();
    this.#screen.leave(closingLines(this.#scene(), this.#screen.width, this.#options.glyphs));
  }

  #tick(): void {
    // Brought back to the foreground by a shell that had nothing to continue.
    if (this.#isSuspended && isInForeground()) this.#continue();
    this.#changed();
  }

  #typed(): void {
    const { desk } = this.#options;
    if (desk?.current) this.#draw();
    // Nobody asked.
    else if (this.#keyboard?.text !== '') this.#keyboard?.clear();
  }

  #changed(): void {
    if (this.#nextDrawing || this.#isClosed) return;
    const pause = Math.max(0, this.#drawnAt + shortestPauseMs - Date.now());
    this.#nextDrawing = setTimeout(() => this.#draw(), pause).unref();
  }

  #draw(): void {
    clearTimeout(this.#nextDrawing);
    this.#nextDrawing = undefined;
    if (this.#isSuspended || this.#isClosed) return;
    this.#drawnAt = Date.now();
    const { width, height } = this.#screen;
    this.#screen.draw(pictureLines(this.#scene(), { width, height }, this.#options.glyphs));
  }

  #scene(): Scene {
    const now = Date.now();
    const obstacle = this.#obstacle && this.#obstacle.until > now ? this.#obstacle.text : undefined;
    const { model } = this.#options;
    const isInterrupted = this.#isInterrupted;
    return { model, question: this.#question(now), stopping: this.#stopping, obstacle, isInterrupted, now };
  }

  #question(now: number): ShownQuestion | undefined {
    const { model, desk } = this.#options;
    const open = model.questions;
    if (desk?.current) {
      const { question, hint } = desk.current;
      const asked = open.find(({ question: { stage, text } }) => stage === question.stage && text === question.text);
      const { text, cursor } = this.#keyboard ?? { text: '', cursor: 0 };
      const input = { prompt: promptFor(question), text, cursor, hint };
      return { question, since: asked?.since ?? now, more: Math.max(0, open.length - 1), command: undefined, input };
    }
    const [first] = open;
    if (!first || now - first.since < unattendedMs || desk?.isTypedAt) return undefined;
    const { runId, id, question, since } = first;
    const which = open.length === 1 ? '' : ` --question '${id}'`;
    const command = `orchestra answer ${runId} ${question.options[0]?.key ?? 'TEXT'}${which}`;
    return { question, since, more: open.length - 1, command, input: undefined };
  }

  #suspend(): void {
    this.#isSuspended = true;
    this.#keyboard?.release();
    this.#screen.abandon();
    raise('SIGTSTP');
  }

  /** Other programs have used the terminal meanwhile; where they still do, it is not touched. */
  #continue(): void {
    this.#keyboard?.release();
    this.#isSuspended = !isInForeground();
    if (this.#isSuspended) return;
    this.#keyboard?.hold();
    this.#screen.resized();
    this.#draw();
  }

  #abandon(): void {
    this.#isClosed = true;
    this.#release();
    this.#screen.abandon();
  }

  #release(): void {
    clearTimeout(this.#nextDrawing);
    for (const stop of this.#stops.splice(0)) stop();
    this.#keyboard?.release();
  }
}
