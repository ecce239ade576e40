import type { Question } from '../../contract/question.ts';
import type { OpenQuestion } from '../../contract/run-view.ts';
import { isoTime } from './iso-time.ts';

/** Questions that were asked and are neither answered nor withdrawn, gates of budgets included. */
export class QuestionFold {
  /** By key. */
  readonly state: Map<string, OpenQuestion>;

  constructor(state = new Map<string, OpenQuestion>()) {
    this.state = state;
  }

  asked(key: string, question: Question, at: number): void {
    const { stage, text, type, options, defaultKey, timeoutMs } = question;
    this.state.set(key, {
      id: key,
      stage,
      text,
      type,
      options,
      ...(defaultKey !== undefined && { default: defaultKey }),
      since: isoTime(at),
      ...(timeoutMs !== undefined && { until: isoTime(at + timeoutMs) }),
    });
  }

  closed(key: string): void {
    this.state.delete(key);
  }

  open(): readonly OpenQuestion[] {
    return [...this.state.values()];
  }
}
