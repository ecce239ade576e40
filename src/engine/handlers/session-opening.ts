import type { OpenSession } from '../ports/agent.ts';

/** What is worked out for an agent only if it asks. */
interface OnDemand {
  sessionId(): string;
  env(): OpenSession['env'];
}

type Given = Omit<OpenSession, keyof OnDemand>;

/** The request that opens a session. */
export function sessionOpening(given: Given, onDemand: OnDemand): OpenSession {
  // The constructor has put what is given into it.
  return new Opening(given, onDemand) as Opening & Given;
}

/** A class, as getters of a literal would hold every finished step in memory for long (decision 0014). */
class Opening implements Pick<OpenSession, keyof OnDemand> {
  /** Not private at run time: a request that inherits from this one (an agent bound to a provider) has to reach it. */
  private readonly onDemand: OnDemand;

  constructor(given: Given, onDemand: OnDemand) {
    Object.assign(this, given);
    this.onDemand = onDemand;
  }

  get sessionId(): string {
    return this.onDemand.sessionId();
  }

  get env(): OpenSession['env'] {
    return this.onDemand.env();
  }
}
