import { parseScript } from '../agents/scripted/script.ts';
import { createScriptedHandler } from '../agents/scripted/scripted-handler.ts';
import { createCodergenHandler } from '../engine/handlers/codergen.ts';
import type { ThreadSessions } from '../engine/handlers/codergen-threads.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { BlobRef, Journal } from '../engine/ports/journal.ts';
import type { StepHandler } from '../engine/ports/step.ts';
import type { TemplateEngine } from '../engine/ports/template-engine.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Blake3 } from '../shared/hash.ts';
import type { Confinement } from '../shared/process/confinement.ts';
import { readLeftText } from '../shared/process/left-text.ts';
import { createToolHandler } from '../workspace/shell/tool-step.ts';
import { agentChoice } from './agent-choice.ts';
import { scriptedBackend } from './backends.ts';
import type { Extensions } from './extensions.ts';
import type { RunSettings } from './settings.ts';
import type { WorkspaceSteps } from './workspace/workspace-steps.ts';

export interface StepHandlerParts {
  readonly settings: RunSettings;
  readonly registry: ReadonlyMap<string, AgentAdapter>;
  readonly extensions: Extensions;
  readonly sessions: ThreadSessions;
  readonly templates: TemplateEngine;
  readonly journal: Journal;
  readonly hash: Blake3;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** What stands around the commands of tool nodes. */
  readonly confinement?: Confinement | undefined;
  /** The folders of the run, where it has its own. */
  readonly workspace?: WorkspaceSteps | undefined;
}

/** The step handlers of one run, by node type. */
export function stepHandlers(parts: StepHandlerParts): ReadonlyMap<string, StepHandler> {
  const { settings, templates, extensions, env } = parts;
  const codergen =
    settings.backend === scriptedBackend
      ? createScriptedHandler(parseScript(settings.script ?? '{}'), templates)
      : createCodergenHandler({
          agentFor: (call) => agentChoice(call, parts),
          readStatusFile: readLeftText,
          templates,
          sessions: parts.sessions,
          deriveId: (text) => parts.hash(text).slice(0, 32),
        });
  const tool = createToolHandler({
    baseEnv: env,
    confinement: parts.confinement,
    templates,
    readBlob: (reference) => readBlob(parts.journal, reference),
    keep: (text) => parts.journal.keep(text),
  });
  const handlers: ReadonlyMap<string, StepHandler> = new Map([
    ['codergen', codergen],
    ['parallel.fan_in', codergen],
    ['tool', tool],
    ...Object.entries(extensions.handlers ?? {}),
  ]);
  return parts.workspace ? parts.workspace.around(handlers) : handlers;
}

async function readBlob(journal: Journal, reference: BlobRef): Promise<string> {
  const content = await journal.getBlob(reference.$blob);
  if (!content)
    throw new OrchestraError('JOURNAL_CORRUPT', `a value of this run is missing from the journal: ${reference.$blob}`);
  return new TextDecoder().decode(content);
}
