import { textOf } from '../../language/graph/attributes.ts';
import { dataBlock, instructionBlock } from '../preamble/data-block.ts';
import { renderPreamble, type PreambleMode } from '../preamble/preamble.ts';
import { recentResponses } from '../preamble/recent-responses.ts';
import type { AgentTask } from './codergen-task.ts';

/** What the text of a turn is made of. */
export interface PromptParts extends Pick<AgentTask, 'system' | 'prompt' | 'call'> {
  readonly services: Pick<AgentTask['services'], 'runId' | 'readArtifact'>;
}

/** The whole text for a fresh session: what happened before, then steering, then the task. */
export async function openingPrompt(mode: PreambleMode, task: PromptParts): Promise<string> {
  return `${await preambleOf(mode, task)}\n\n${steeredPrompt(task)}`;
}

/**
 * The whole text for a fresh session in the place of one that must not be continued: what happened before, and what was
 * said and done of this task, where it was begun.
 */
export async function retoldPrompt(task: PromptParts, begun?: string): Promise<string> {
  const { fidelity } = task.call;
  const preamble = await preambleOf(fidelity === 'full' ? 'summary:high' : fidelity, task);
  if (begun === undefined) return `${preamble}\n\n${steeredPrompt(task)}`;
  return `${preamble}\n\n${retold(begun)}${continuationPrompt(task)}`;
}

const workSoFar = 'what was said and done of this task';

function retold(text: string): string {
  return text === '' ? '' : `${dataBlock(workSoFar, text)}\n\n`;
}

/** A prompt without what it tells again: that depends on where a run was forked or went back to. */
export function withoutRetold(prompt: string): string {
  const [head = '', tail = ''] = dataBlock(workSoFar, '\n').split('\n\n');
  const start = prompt.indexOf(head);
  const end = start < 0 ? -1 : prompt.indexOf(`${tail}\n\n`, start);
  return end < 0 ? prompt : prompt.slice(0, start) + prompt.slice(end + tail.length + 2);
}

async function preambleOf(mode: PreambleMode, task: PromptParts): Promise<string> {
  const { call, services } = task;
  return renderPreamble(mode, {
    runId: services.runId,
    goal: textOf(call.graph, 'goal') ?? '',
    context: call.context,
    history: call.history,
    responses: mode === 'summary:high' ? await recentResponses(call, services) : [],
  });
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
 * one, as it stands in a thread that goes on, after it was cut off, and retold (`withoutRetold`).
 */
export async function possiblePrompts(task: PromptParts): Promise<readonly string[]> {
  const { fidelity } = task.call;
  const fresh = await openingPrompt(fidelity === 'full' ? 'summary:high' : fidelity, task);
  const again = await retoldPrompt(task, '');
  return [fresh, steeredPrompt(task), continuationPrompt(task), again].map((text) => storedPrompt(task.system, text));
}
