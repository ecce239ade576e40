import { failure, type Failure } from '../cli/turn-failure.ts';

type Consequences = Partial<Pick<Failure, 'transient' | 'sessionLost'>>;

/** What stands in the way of a turn, in words for the user. */
export class TurnProblem extends Error {
  override readonly name: string = 'TurnProblem';
  readonly failure: Failure;

  constructor(message: string, consequences: Consequences = {}, cause?: unknown) {
    super(message, { cause });
    this.failure = failure(message, consequences);
  }
}

/** The program does not serve the protocol as we speak it; nothing has been asked of it, so that another way is open. */
export class NoProtocol extends TurnProblem {
  override readonly name = 'NoProtocol';
}
