import type { StepServices } from '../../engine/ports/step.ts';

/** What of the services is found out when it is asked for: it changes, or costs something. */
interface OnDemand {
  epoch(): number;
  attemptDir(): string;
}

/**
 * The services of one step. A class, as getters of a literal would hold every finished step in memory for long
 * (decision 0014).
 */
export class ServicesOnDemand implements StepServices {
  readonly runId: StepServices['runId'];
  readonly key: StepServices['key'];
  readonly signal: StepServices['signal'];
  readonly cwd: StepServices['cwd'];
  readonly redactor: StepServices['redactor'];
  readonly emit: StepServices['emit'];
  readonly earlier: StepServices['earlier'];
  readonly artifact: StepServices['artifact'];
  readonly readArtifact: StepServices['readArtifact'];
  /** Not private at run time: an object that inherits from this one (`servicesWith`) has to reach it. */
  private readonly onDemand: OnDemand;

  constructor(plain: Omit<StepServices, keyof OnDemand>, onDemand: OnDemand) {
    this.runId = plain.runId;
    this.key = plain.key;
    this.signal = plain.signal;
    this.cwd = plain.cwd;
    this.redactor = plain.redactor;
    this.emit = plain.emit;
    this.earlier = plain.earlier;
    this.artifact = plain.artifact;
    this.readArtifact = plain.readArtifact;
    this.onDemand = onDemand;
  }

  get epoch(): number {
    return this.onDemand.epoch();
  }

  get attemptDir(): string {
    return this.onDemand.attemptDir();
  }
}
