import type { Answer, Question } from '../../contract/question.ts';
import { InterviewerDetached, type Interviewer } from '../../engine/ports/interviewer.ts';
import type { OpKey } from '../../engine/ports/runtime.ts';
import { failpoint } from '../../shared/failpoint.ts';

/**
 * The open questions of one run as put to the interviewer of this process. Without one, and once it
 * has gone, they stay open: other processes answer through the inbox.
 */
export class Interviews {
  readonly #interviewer: Interviewer | undefined;
  readonly #detached: () => void;
  /** Questions it left open. */
  readonly #left = new Set<OpKey>();
  /** The interviewer is one person: questions are put one after the other. */
  #conversation: Promise<void> = Promise.resolve();

  /** @param detached called when the interviewer left a question open */
  constructor(interviewer: Interviewer | undefined, detached: () => void) {
    this.#interviewer = interviewer;
    this.#detached = detached;
  }

  /** Resolves with the interviewer's answer; rejects when it fails, and when `signal` is aborted: answered elsewhere, or withdrawn. */
  ask(key: OpKey, question: Question, signal: AbortSignal): Promise<Answer> {
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    signal.addEventListener('abort', () => reject(new Error('the question was withdrawn')), { once: true });
    const interviewer = this.#interviewer;
    if (interviewer) {
      this.#conversation = this.#conversation.then(() =>
        this.#consult(interviewer, { key, question, signal, resolve, reject }),
      );
    }
    return promise;
  }

  /** Whether somebody in this process answers this open question, or has just done so. */
  isAttended(key: OpKey): boolean {
    return this.#interviewer !== undefined && !this.#left.has(key);
  }

  async #consult(interviewer: Interviewer, { key, question, signal, resolve, reject }: Consultation): Promise<void> {
    if (signal.aborted) return;
    try {
      const answer = await interviewer.ask(question, signal);
      failpoint('question:answered');
      resolve(answer);
    } catch (thrown) {
      if (signal.aborted) return;
      if (!(thrown instanceof InterviewerDetached)) return reject(thrown);
      this.#left.add(key);
      this.#detached();
    }
  }
}

interface Consultation {
  readonly key: OpKey;
  readonly question: Question;
  readonly signal: AbortSignal;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
}
