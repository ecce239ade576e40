import { textOf } from '../../language/graph/attributes.ts';
import { instructionBlock } from '../preamble/data-block.ts';
import { renderPreamble, type PreambleMode } from '../preamble/preamble.ts';
import { recentResponses } from '../preamble/recent-responses.ts';
import type { AgentTask } from './codergen-task.ts';

/** What the text of a turn is made of. */
export interface PromptParts extends Pick<AgentTask, 'system' | 'prompt' | 'call'> {
  readonly services: Pick<AgentTask['services'], 'runId' | 'readArtifact'>;
}

/** The whole text for a fresh session: what happened before, then steering, then the task. */
export async function openingPrompt(mode: PreambleMode, task: PromptParts): Promise<string> {
  const { call, services } = task;
  const preamble = renderPreamble(mode, {
    runId: services.runId,
    goal: textOf(call.graph, 'goal') ?? '',
    context: call.context,
    history: call.history,
    responses: mode === 'summary:high' ? await recentResponses(call, services) : [],
  });
  return `${preamble}\n\n${steeredPrompt(task)}`;
}

/** What is stored as the prompt of a stage: who the agent is, where anything says so, then the text of its turn. */
export function storedPrompt(system: string | undefined, text: string): string {
  return system === undefined ? text : `${system}\n\n${text}`;
}

/** The task, with instructions that arrived since the last prompt in front of it. */
export function steeredPrompt({ prompt, call }: Pick<AgentTask, 'prompt' | 'call'>): string {
  const steering = call.steering ?? [];
  if (steering.length === 0) return prompt;
  return `${instructionBlock('supervisor of this run, newest last', steering.map((text) => `- ${text}`).join('\n'))}\n\n${prompt}`;
}

/** For a session that was cut off in the middle of this task. */
export function continuationPrompt(task: Pick<AgentTask, 'prompt' | 'call'>): string {
  return [
    'Your work on the task below was interrupted. Go on where you left off: keep what is already done, and repeat a step only where you cannot tell whether it finished.',
    steeredPrompt(task),
  ].join('\n\n');
}

/**
 * Every form in which the prompt of a stage may be stored, whatever became of the agent's sessions: as it opens a fresh
 * one, as it stands in a thread that goes on, and after it was cut off.
 */
export async function possiblePrompts(task: PromptParts): Promise<readonly string[]> {
  const { fidelity } = task.call;
  const fresh = await openingPrompt(fidelity === 'full' ? 'summary:high' : fidelity, task);
  return [fresh, steeredPrompt(task), continuationPrompt(task)].map((text) => storedPrompt(task.system, text));
}
