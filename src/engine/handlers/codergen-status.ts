import type { Outcome } from '../../contract/outcome.ts';
import type { StepServices } from '../ports/step.ts';
import { parseStatusFile } from './status-file.ts';
import { isProblem } from './step-problem.ts';

/** The text of `status.json` in an attempt's folder; undefined when there is none. */
export type ReadStatusFile = (attemptDir: string) => Promise<string | undefined>;

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
    return { ORCHESTRA_STATUS_FILE: `${this.#services.attemptDir}/status.json` };
  }

  /** What the agent reported: a FAIL where that cannot be read, undefined where it reported nothing. */
  async outcome(nodeId: string): Promise<Outcome | undefined> {
    const text = this.#isOffered ? await this.#read(this.#services.attemptDir) : undefined;
    if (text === undefined) return undefined;
    const file = parseStatusFile(text);
    if (!isProblem(file)) return file.outcome;
    return { status: 'fail', failureReason: `status file of node ${nodeId}: ${file.problem}` };
  }
}
