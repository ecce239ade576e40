import type { Outcome } from '../../contract/outcome.ts';
import { flagOf } from '../../language/graph/attributes.ts';
import type { AgentResult, FailedResult } from '../ports/agent.ts';
import type { NodeResult, StepCall, StepHandler, StepServices } from '../ports/step.ts';
import type { TemplateEngine } from '../ports/template-engine.ts';
import { AgentTurns } from './agent-turns.ts';
import { converseInTurn } from './codergen-fallback.ts';
import { StatusReport, type ReadStatusFile } from './codergen-status.ts';
import type { AgentChoice, SessionPorts } from './codergen-task.ts';
import { noOutputs } from './step-declared-outputs.ts';
import { failed, isProblem } from './step-problem.ts';
import { concludeStage, prepareStage, type PreparedStage } from './step-stage.ts';

export interface CodergenPorts extends SessionPorts {
  /** The agent of a node; what it throws fails the step. */
  agentFor(call: StepCall): AgentChoice;
  readonly readStatusFile: ReadStatusFile;
  /** Needed by graphs that say `templates=jinja2`. */
  readonly templates?: TemplateEngine;
}

/**
 * The step of every node an agent works on (4.5), and of fan-ins an agent ranks (4.9). Fails closed: an agent that
 * reports no result, a broken status file or an answer that does not keep to its declaration is a FAIL with the
 * reason. A transient agent error is RETRY, so that the node's retry policy applies (3.5).
 */
export function createCodergenHandler(ports: CodergenPorts): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      const stage = await prepareStage(call, ports.templates, services);
      if (isProblem(stage)) return failed(stage.problem);
      const choice = ports.agentFor(call);
      const report = new StatusReport(services, ports.readStatusFile);
      const { system, prompt } = stage;
      const told = { ...(system !== undefined && { system }), prompt };
      const turns = await AgentTurns.of(services);
      const { result, usage } = await converseInTurn({ ports, choice, ...told, call, services, report, turns });
      if (!result.ok) return { ...failedTurn(result), ...(usage && { usage }) };
      return { outcome: await conclude(stage, result, call, report, services), ...(usage && { usage }) };
    },
  };
}

function failedTurn({ error, transient, retryAfterMs }: FailedResult): NodeResult {
  if (!transient) return { outcome: { status: 'fail', failureReason: error } };
  return {
    outcome: { status: 'retry', failureReason: error },
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** An outcome the backend decided itself is taken as it is (4.5); else the status file of the attempt counts (Appendix C). */
async function conclude(
  stage: PreparedStage,
  { text, output, outcome }: Extract<AgentResult, { ok: true }>,
  call: StepCall,
  report: StatusReport,
  services: StepServices,
): Promise<Outcome> {
  if (outcome) return concludeStage({ ...stage, outputs: noOutputs }, { text, outcome }, services);
  const reported = (await report.outcome(stage.nodeId)) ?? autoStatus(call);
  const answer = { text, ...(output !== undefined && { output }), ...(reported && { outcome: reported }) };
  return concludeStage(stage, answer, services);
}

/** `auto_status` fills the absence of a status file (Appendix C); without it a text answer is SUCCESS all the same (4.5). */
function autoStatus({ node }: StepCall): Outcome | undefined {
  if (!flagOf(node, 'auto_status')) return undefined;
  return { status: 'success', notes: 'auto-status: handler completed without writing status' };
}
