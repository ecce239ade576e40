import { succeeded, type Outcome } from '../../contract/outcome.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import type { StepCall, StepServices } from '../ports/step.ts';
import type { TemplateEngine } from '../ports/template-engine.ts';
import { reservedKeyProblem } from './context-keys.ts';
import { candidateInstructions, candidatesOf, namedCandidate, type Candidate } from './step-candidates.ts';
import { declaredOutputs, outputInstructions, readOutputs, type DeclaredOutputs } from './step-declared-outputs.ts';
import { isProblem, type Problem } from './step-problem.ts';
import { composePrompt } from './step-prompt.ts';
import { firstCodePoints } from './step-text.ts';

/** A codergen stage (4.5) or a ranking fan-in (4.9), ready to be put to whoever does the work. */
export interface PreparedStage {
  readonly nodeId: string;
  /** Who the agent is, where anything says so. */
  readonly system?: string;
  /** The task without what a session needs around it (preamble, steering). */
  readonly prompt: string;
  readonly outputs: DeclaredOutputs;
  /** What the answer must choose among, best first, for a fan-in. */
  readonly candidates?: readonly Candidate[];
}

/** What came back: a text, and an outcome where the backend decided it itself (4.5). */
export interface StageAnswer {
  readonly text: string;
  /** Structured output, where the agent delivers it apart from the text. */
  readonly output?: Json;
  readonly outcome?: Outcome;
}

/** Checks everything about a stage that can be wrong before anything is paid for. */
export async function prepareStage(
  call: StepCall,
  templates: TemplateEngine | undefined,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<PreparedStage | Problem> {
  const candidates = candidatesOf(call);
  if (candidates?.length === 0) return { problem: 'No parallel results to evaluate' };
  const outputs = declaredOutputs(call.node);
  if (isProblem(outputs)) return outputs;
  const prompt = await composePrompt(call, templates, services);
  if (isProblem(prompt)) return prompt;
  const parts = [prompt.text, candidates && candidateInstructions(candidates), outputInstructions(outputs)];
  return {
    nodeId: call.nodeId,
    ...(prompt.system !== undefined && { system: prompt.system }),
    prompt: parts.filter((part) => part !== undefined).join('\n\n'),
    outputs,
    ...(candidates && { candidates }),
  };
}

/**
 * The outcome of an answered stage; stores `<node>.response`. The given outcome counts, else SUCCESS (4.5); what
 * it says about the context beats what the text says. An answer that does not keep to what the node declares
 * fails the stage, unless it reports a failure anyway.
 */
export function concludeStage(stage: PreparedStage, whole: StageAnswer, services: StepServices): Outcome {
  // Before anything is cut out of it. An answer is JSON by its type.
  const answer = services.redactor.json(whole as unknown as Json) as unknown as StageAnswer;
  services.artifact(`${stage.nodeId}.response`, answer.text);
  const given = answer.outcome ?? { status: 'success', notes: `Stage completed: ${stage.nodeId}` };
  const reserved = reservedKeyProblem(Object.keys(given.contextUpdates ?? {}), `outcome of node ${stage.nodeId}`);
  if (reserved !== undefined) return fail(reserved);
  const read = readOutputs(stage.outputs, answer.text, answer.output);
  const outcome = isProblem(read) && succeeded(given) ? fail(read.problem) : withReason(given, stage.nodeId);
  const fromText = isProblem(read) ? {} : read.updates;
  const contextUpdates = { ...lastStage(stage, answer), ...fromText, ...outcome.contextUpdates };
  return choose(stage, answer, { ...outcome, contextUpdates });
}

/** Makes sure that a failure says why, as 5.2 demands. */
function withReason(outcome: Outcome, nodeId: string): Outcome {
  if (outcome.status !== 'fail' && outcome.status !== 'retry') return outcome;
  return {
    ...outcome,
    failureReason: outcome.failureReason ?? outcome.notes ?? `${nodeId} reported ${outcome.status}`,
  };
}

function lastStage(stage: PreparedStage, answer: StageAnswer): JsonObject {
  return { last_stage: stage.nodeId, last_response: firstCodePoints(answer.text, lastResponseLength) };
}

/** Characters of `last_response` (4.5). */
const lastResponseLength = 200;

/** For a fan-in: the candidate the answer names, recorded as 4.9 says. */
function choose(stage: PreparedStage, answer: StageAnswer, outcome: Outcome): Outcome {
  if (!stage.candidates || !succeeded(outcome)) return outcome;
  const best = namedCandidate(answer.text, stage.candidates);
  if (isProblem(best)) return { ...outcome, ...fail(best.problem) };
  return {
    ...outcome,
    notes: `Selected best candidate: ${best.id}`,
    contextUpdates: {
      ...outcome.contextUpdates,
      'parallel.fan_in.best_id': best.id,
      'parallel.fan_in.best_outcome': best.status,
    },
  };
}

function fail(failureReason: string): Outcome {
  return { status: 'fail', failureReason };
}
