import { rm } from 'node:fs/promises';
import type { Outcome } from '../../contract/outcome.ts';
import { reportedOutcome, statusPath } from '../../engine/handlers/codergen-status.ts';
import { isProblem, type Problem } from '../../engine/handlers/step-problem.ts';
import { responsesFor, responsesVariable } from '../../engine/handlers/step-responses.ts';
import { templateVariables } from '../../engine/handlers/step-template-variables.ts';
import { toolUpdates } from '../../engine/handlers/tool-updates.ts';
import type { BlobRef } from '../../engine/ports/journal.ts';
import type { NodeResult, StepCall, StepHandler, StepServices } from '../../engine/ports/step.ts';
import { TemplateError, type TemplateEngine } from '../../engine/ports/template-engine.ts';
import { textOf } from '../../language/graph/attributes.ts';
import type { Json } from '../../shared/json.ts';
import { startConfined, type ConfinedGroup } from '../../shared/process/confined-group.ts';
import type { Confinement } from '../../shared/process/confinement.ts';
import { endStale } from '../../shared/process/end-group.ts';
import { allowedEnvironment } from '../../shared/process/environment.ts';
import { readLeftText } from '../../shared/process/left-text.ts';
import { exitFacts, type GroupExit } from '../../shared/process/process-group.ts';
import { renderCommand, type RenderedCommand } from './command-template.ts';
import { contextVariables } from './tool-environment.ts';
import { keepErrors, keepOutput, type KeptOutput } from './tool-output.ts';
import { withoutSecrets } from '../../shared/process/without-secrets.ts';

export interface ToolPorts {
  /** The environment of Orchestra; tools see the allow-listed part of it. */
  readonly baseEnv: Readonly<Record<string, string | undefined>>;
  /** Names of variables tools may see beyond the shared list; a trailing `*` stands for any ending. */
  readonly allowEnv?: readonly string[];
  /** What stands around every command; nothing unless told. */
  readonly confinement?: Confinement | undefined;
  /** The text of a context value that the journal keeps apart. */
  readonly readBlob: (reference: BlobRef) => Promise<string>;
  /** Puts a long text into the journal at once and gives what stands for it (`Journal.keep`). */
  readonly keep: (text: string) => Promise<Json>;
  /** Needed by graphs that say `templates=jinja2`. */
  readonly templates?: TemplateEngine;
}

/**
 * The step of tool nodes (4.10): `tool_command` run by /bin/sh in the working folder. Exit code 0 is SUCCESS, or what
 * the status file says (Appendix C); anything else is FAIL with the end of the error output. A `timeout` is the
 * runtime's: it aborts the signal, and the command ends with everything it started.
 * Sets `tool.output`, `tool.exit_code` and the same under `tools.<name>`, where `name` is an attribute, else the id.
 */
export function createToolHandler(ports: ToolPorts): StepHandler {
  return { execute: (call, services) => runTool(ports, call, services) };
}

async function runTool(ports: ToolPorts, call: StepCall, services: StepServices): Promise<NodeResult> {
  const rendered = await renderToolCommand(ports.templates, call, services);
  if (isProblem(rendered)) return fail(rendered.problem);
  const finished = await runCommand(ports, call, services, rendered);
  const { output, exit } = finished;
  const contextUpdates = updates(call, output, exit);
  const problem = problemOf(finished);
  if (problem !== undefined) return { outcome: { status: 'fail', failureReason: problem, contextUpdates } };
  const notes = `Tool completed: ${textOf(call.node, 'tool_command')}`;
  const done = { status: 'success', notes, contextUpdates } as const;
  return { outcome: await withStatusFile(done, call, services) };
}

function fail(failureReason: string): NodeResult {
  return { outcome: { status: 'fail', failureReason } };
}

/** The command a tool node runs, or why there is none. */
export async function renderToolCommand(
  templates: TemplateEngine | undefined,
  call: StepCall,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<RenderedCommand | Problem> {
  const template = textOf(call.node, 'tool_command');
  if (template === undefined) return { problem: 'No tool_command specified' };
  if (textOf(call.graph, 'templates') !== 'jinja2') return { command: template, env: {} };
  if (!templates) return { problem: 'the graph asks for jinja2 and no template engine is set up' };
  const { variables, leftOut } = templateVariables(call.context);
  const responses = await responsesFor(template, services);
  try {
    return renderCommand(template, { ...variables, [responsesVariable]: responses }, templates);
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    const hint = leftOut.length > 0 ? ` (too large for templates: ${leftOut.join(', ')})` : '';
    return { problem: `tool_command of node ${call.nodeId}: ${thrown.message}${hint}` };
  }
}

interface Finished {
  readonly output: KeptOutput;
  readonly errors: string;
  readonly exit: GroupExit;
  /** What its sandbox or its limits have to do with how it ended. */
  readonly remarks: readonly string[];
}

async function runCommand(
  ports: ToolPorts,
  call: StepCall,
  services: StepServices,
  { command, env }: RenderedCommand,
): Promise<Finished> {
  const operation = `${services.runId}/${services.key}`;
  for (const event of await services.earlier()) {
    if (event.type === 'ProcessStarted') await endStale({ ...event, operation });
  }
  await rm(statusPath(services), { recursive: true, force: true }); // an earlier start of this attempt may have left one
  const group = await startConfined({
    confinement: ports.confinement,
    reach: { writable: [services.attemptDir] },
    command: '/bin/sh',
    args: ['-c', command],
    cwd: services.cwd,
    env: await environment(ports, call, services, env),
    operation,
    signal: services.signal,
    onStarted: (facts) => services.emit({ type: 'ProcessStarted', ...facts, command }),
  });
  const [output, errors, exit] = await Promise.all([
    keepOutput(withoutSecrets(group.stdout, services.redactor.stream()), {
      name: `${call.nodeId}.output`,
      services,
      keep: ports.keep,
    }),
    keepErrors(withoutSecrets(group.stderr, services.redactor.stream()), errorLimit, services),
    group.exited,
  ]).finally(() => group.end()); // where an event cannot be recorded, the command ends too
  await services.emit({ type: 'ProcessExited', ...exitFacts(group, exit) });
  services.signal.throwIfAborted();
  return { output, errors, exit, remarks: remarksOn(group, exit) };
}

/** Bytes of standard error that go into a failure reason. */
const errorLimit = 2 * 1024;

async function environment(
  ports: ToolPorts,
  call: StepCall,
  services: StepServices,
  values: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const { context } = call;
  const variables = await contextVariables({ context, folder: services.attemptDir, readBlob: ports.readBlob });
  const set = {
    ...variables,
    ...values,
    ORCHESTRA_RUN: services.runId,
    ORCHESTRA_NODE: call.nodeId,
    ORCHESTRA_KEY: services.key,
    ORCHESTRA_STATUS_FILE: statusPath(services),
  };
  return allowedEnvironment({ base: ports.baseEnv, ...(ports.allowEnv && { allow: ports.allowEnv }), set });
}

function updates(call: StepCall, output: KeptOutput, exit: GroupExit): NonNullable<Outcome['contextUpdates']> {
  const [artifact, ...more] = output.artifacts;
  const parts = more.length > 0 ? ` and ${more.length} more parts` : '';
  const text = artifact === undefined ? output.text : `${output.text}\n[whole output: artifact ${artifact}${parts}]`;
  return toolUpdates(call.node, text, exit.exitCode);
}

function remarksOn(group: ConfinedGroup, exit: GroupExit): readonly string[] {
  const [limit, refused] = [group.limitReached(exit), group.refused()];
  return [
    ...(limit === undefined ? [] : [limit]),
    ...(refused.length === 0 ? [] : [`its sandbox let it reach none of: ${refused.join(', ')}`]),
  ];
}

function problemOf({ exit, errors, remarks }: Finished): string | undefined {
  if (exit.exitCode === 0) return undefined;
  const ending = exit.signal === null ? `exit code ${exit.exitCode}` : `signal ${exit.signal}`;
  return [`Tool failed with ${ending}`, ...remarks, errors.trim()].filter((part) => part !== '').join(': ');
}

/** What the command wrote into its status file beats a plain SUCCESS; a broken file is a FAIL, never ignored. */
async function withStatusFile(
  done: Outcome & Required<Pick<Outcome, 'contextUpdates'>>,
  call: StepCall,
  services: StepServices,
): Promise<Outcome> {
  const text = await readLeftText(statusPath(services));
  if (text === undefined) return done;
  const reported = reportedOutcome(text, call.nodeId);
  return { ...done, ...reported, contextUpdates: { ...done.contextUpdates, ...reported.contextUpdates } };
}
