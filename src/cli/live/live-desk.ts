import type { Readable } from 'node:stream';
import type { Question } from '../../contract/question.ts';
import { InterviewerDetached } from '../../engine/ports/interviewer.ts';
import type { Desk, QuestionEnd } from '../../people/desk.ts';
import { createLineReader, type LineReader } from '../../people/line-reader.ts';
import { untilAborted } from '../../shared/abort.ts';

/** What is asked at the desk now. */
export interface DeskQuestion {
  readonly question: Question;
  /** Why what was typed last is no answer. */
  readonly hint: string | undefined;
}

/** Told what is to be seen. */
export interface DeskAudience {
  /** Another question, or another hint, or none. */
  changed(): void;
  /** A question was closed. */
  closed(question: Question, end: QuestionEnd): void;
  informed(message: string, stage: string): void;
}

/**
 * The desk of the live view: questions are shown in the picture. Lines come from the keyboard while the
 * view holds it, else from an input that is no terminal. What was typed before a question was seen does not answer it.
 */
export class LiveDesk implements Desk {
  readonly #piped: LineReader | undefined;
  #audience: DeskAudience | undefined;
  #current: DeskQuestion | undefined;
  #take: ((line: string) => void) | undefined;
  #detach: (() => void) | undefined;
  #isLeft = false;

  /** @param piped lines come from here; undefined where they are typed at the keyboard of the terminal */
  constructor(piped?: Readable) {
    this.#piped = piped && createLineReader(piped);
  }

  get current(): DeskQuestion | undefined {
    return this.#current;
  }

  /** Whether answers are typed at the keyboard, and somebody is still there to do so. */
  get isTypedAt(): boolean {
    return this.#piped === undefined && !this.#isLeft;
  }

  watch(audience: DeskAudience): void {
    this.#audience = audience;
  }

  /** A line was typed; without a question it is nobody's. */
  enter(line: string): void {
    this.#take?.(line);
  }

  /** Whoever sat here has left: open and further questions are other processes'. */
  leave(): void {
    this.#isLeft = true;
    this.#detach?.();
  }

  close(question: Question, end: QuestionEnd): void {
    this.#current = undefined;
    this.#audience?.closed(question, end);
    this.#audience?.changed();
  }

  show(question: Question): void {
    this.#current = { question, hint: undefined };
    this.#audience?.changed();
  }

  async line(_question: Question, signal: AbortSignal): Promise<string> {
    if (this.#isLeft) throw new InterviewerDetached('the keyboard is left');
    if (this.#piped) return this.#piped.next(signal);
    return untilAborted(
      signal,
      () =>
        new Promise<string>((resolve, reject) => {
          this.#take = resolve;
          this.#detach = () => reject(new InterviewerDetached('the keyboard is left'));
        }),
    );
  }

  refuse(question: Question, hint: string): void {
    this.#current = { question, hint };
    this.#audience?.changed();
  }

  inform(message: string, stage: string): void {
    this.#audience?.informed(message, stage);
  }

  /** Stops reading. */
  dispose(): void {
    this.#piped?.close();
  }
}
