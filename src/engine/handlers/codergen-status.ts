import type { Outcome } from '../../contract/outcome.ts';
import type { StepServices } from '../ports/step.ts';
import { parseStatusFile } from './status-file.ts';
import { isProblem, type Problem } from './step-problem.ts';

/** The text of a `status.json`, or why it cannot be used; undefined when there is none. */
export type ReadStatusFile = (path: string) => Promise<string | Problem | undefined>;

/**
 * Where the agent of one attempt may say how its work ended (Appendix C). The attempt's folder is made
 * when an agent process is told of the file; of one that nobody was told of, nothing is read either.
 */
export class StatusReport {
  readonly #services: StepServices;
  readonly #read: ReadStatusFile;
  #isOffered = false;

  constructor(services: StepServices, read: ReadStatusFile) {
    this.#services = services;
    this.#read = read;
  }

  /** What tells an agent process of the file. */
  get variables(): Readonly<Record<string, string>> {
    this.#isOffered = true;
    return { ORCHESTRA_STATUS_FILE: statusPath(this.#services) };
  }

  /** What the agent reported: a FAIL where that cannot be read, undefined where it reported nothing. */
  async outcome(nodeId: string): Promise<Outcome | undefined> {
    const text = this.#isOffered ? await this.#read(statusPath(this.#services)) : undefined;
    return text === undefined ? undefined : reportedOutcome(text, nodeId);
  }
}

/** What a status file says, or a FAIL that says what is wrong with it. */
export function reportedOutcome(text: string | Problem, nodeId: string): Outcome {
  const file = typeof text === 'string' ? parseStatusFile(text) : text;
  if (!isProblem(file)) return file.outcome;
  return { status: 'fail', failureReason: `status file of node ${nodeId}: ${file.problem}` };
}

export function statusPath({ attemptDir }: Pick<StepServices, 'attemptDir'>): string {
  return `${attemptDir}/status.json`;
}
