import type { InboxEntry } from '../../contract/command.ts';
import { answerFrom, type Answer, type Question } from '../../contract/question.ts';
import { InterviewerDetached, type Interviewer } from '../../engine/ports/interviewer.ts';
import type { OpKey } from '../../engine/ports/runtime.ts';
import type { Json } from '../../shared/json.ts';
import type { OperationSettled } from './turns.ts';

interface OpenGate {
  readonly question: Question;
  readonly settle: (answer: Answer, inboxSeq?: number) => void;
  attended: boolean;
}

/**
 * Open questions of one run. The local interviewer and the inbox both may answer; the first valid
 * answer wins, and only an answer that fits the question counts.
 */
export class Gates {
  readonly #interviewer: Interviewer | undefined;
  readonly #changed: () => void;
  readonly #open = new Map<OpKey, OpenGate>();
  /** The interviewer is one person: questions are put one after the other. */
  #conversation: Promise<void> = Promise.resolve();

  /** @param changed called when the interviewer left a question open */
  constructor(interviewer: Interviewer | undefined, changed: () => void) {
    this.#interviewer = interviewer;
    this.#changed = changed;
  }

  /** Settles with the first valid answer; rejects when the question is dropped. */
  ask(key: OpKey, question: Question, signal: AbortSignal): Promise<OperationSettled> {
    const answered = new AbortController();
    return new Promise<OperationSettled>((resolve, reject) => {
      const close = (): void => {
        this.#open.delete(key);
        answered.abort();
      };
      const settle = (answer: Answer, inboxSeq?: number): void => {
        close();
        resolve({ kind: 'gate', answer, ...(inboxSeq === undefined ? {} : { inboxSeq }) });
      };
      signal.addEventListener(
        'abort',
        () => {
          close();
          reject(new Error('the question was withdrawn'));
        },
        { once: true },
      );
      const gate: OpenGate = { question, settle, attended: this.#interviewer !== undefined };
      this.#open.set(key, gate);
      if (this.#interviewer) this.#consult(this.#interviewer, gate, answered.signal, reject);
    });
  }

  /** Whether somebody in this process will answer. */
  isAttended(key: OpKey): boolean {
    return this.#open.get(key)?.attended ?? false;
  }

  /** An answer from the inbox; says whether it was taken. */
  deliver(key: OpKey, answer: Json, entry: InboxEntry): 'accepted' | 'invalid' | 'unknown' {
    const gate = this.#open.get(key);
    if (!gate) return 'unknown';
    const valid = typeof answer === 'string' ? answerFrom(gate.question, answer) : undefined;
    if (!valid) return 'invalid';
    gate.settle({ ...valid, by: entry.by }, entry.seq);
    return 'accepted';
  }

  #consult(interviewer: Interviewer, gate: OpenGate, signal: AbortSignal, reject: (error: unknown) => void): void {
    this.#conversation = this.#conversation.then(async () => {
      if (signal.aborted) return;
      try {
        gate.settle(await interviewer.ask(gate.question, signal));
      } catch (thrown) {
        if (signal.aborted) return;
        if (!(thrown instanceof InterviewerDetached)) return reject(thrown);
        gate.attended = false;
        this.#changed();
      }
    });
  }
}
