import type { StepCall, StepServices } from '../ports/step.ts';
import type { StageResponse } from './preamble-lines.ts';

const most = 5;

/** The full answers of the last few distinct stages that gave one, newest first (`<node>.response`). */
export async function recentResponses(
  call: Pick<StepCall, 'history'>,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<readonly StageResponse[]> {
  const nodeIds = new Set(call.history.map((record) => record.nodeId).toReversed());
  const responses: StageResponse[] = [];
  for (const nodeId of nodeIds) {
    if (responses.length === most) break;
    const text = await services.readArtifact(`${nodeId}.response`);
    if (typeof text === 'string' && text !== '') responses.push({ nodeId, text });
  }
  return responses;
}
