import type { StepServices } from '../engine/ports/step.ts';
import { endStale } from '../shared/process/end-group.ts';

/** Ends what an earlier start of the operation left running, and gives the mark of what this one starts. */
export async function endEarlier(services: Pick<StepServices, 'runId' | 'key' | 'earlier'>): Promise<string> {
  const operation = `${services.runId}/${services.key}`;
  for (const event of await services.earlier()) {
    if (event.type === 'ProcessStarted') await endStale({ ...event, operation });
  }
  return operation;
}
