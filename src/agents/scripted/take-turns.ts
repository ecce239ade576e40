import type { StepEvent } from '../../contract/event.ts';
import type { StepServices } from '../../engine/ports/step.ts';
import { messageOf } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';
import { placeIn, type Place } from '../tools/files/place.ts';
import { readText } from '../tools/files/read-text.ts';
import { removeFile } from '../tools/files/remove-file.ts';
import { writeText } from '../tools/files/write-text.ts';
import type { ToolFileChange } from '../tools/tool.ts';
import type { ScriptedChange, ScriptedTurn } from './scripted-turn.ts';
import { wait } from './wait.ts';

/**
 * Takes turns as an agent would: says something, calls a tool for each change of a file in the folder of the step, and is
 * over with the turn. What an earlier start of the same step has done is neither done nor told again.
 * @throws ToolProblem for a change that cannot be made, and for one that leads out of the folder
 */
export async function takeTurns(turns: readonly ScriptedTurn[], services: StepServices): Promise<void> {
  if (turns.length === 0) return;
  const earlier = await services.earlier();
  const over = earlier.filter(({ type }) => type === 'AgentTurnCompleted').length;
  const broken = earlier.slice(earlier.findLastIndex(({ type }) => type === 'AgentTurnCompleted') + 1);
  for (const [index, turn] of turns.entries()) {
    if (index < over) continue;
    await takeTurn(turn, { number: index + 1, told: index === over ? broken : [], services });
  }
}

interface Turn {
  /** From 1. */
  readonly number: number;
  /** What an earlier start told of it before it was cut off. */
  readonly told: readonly StepEvent[];
  readonly services: StepServices;
}

async function takeTurn({ text, delayMs, changes }: ScriptedTurn, turn: Turn): Promise<void> {
  const { number, told, services } = turn;
  await wait(delayMs, services.signal);
  if (text !== undefined && !told.some(({ type }) => type === 'AgentText'))
    await services.emit({ type: 'AgentText', text });
  for (const [index, change] of changes.entries()) {
    await callFor(change, `${number}.${index + 1}`, turn);
  }
  await services.emit({ type: 'AgentTurnCompleted', turn: number, toolCalls: changes.length });
}

async function callFor(change: ScriptedChange, id: string, { told, services }: Turn): Promise<void> {
  if (told.some((event) => event.type === 'AgentToolResult' && event.id === id)) return;
  const place = await placeIn(services.cwd, change.path);
  const known = told.find((event) => event.type === 'AgentToolCall' && event.id === id);
  const call = known?.type === 'AgentToolCall' ? known : await newCall(change, id, place);
  if (!known) await services.emit(call);
  const done = await carryOut(change, place, call).catch(async (thrown: unknown) => {
    // A full disk is no result: the call is to be made again.
    if (machineFailureIn(thrown)) throw thrown;
    await services.emit({ type: 'AgentToolResult', id, isError: true, output: messageOf(thrown) });
    throw thrown;
  });
  if (done) await services.emit({ type: 'AgentFileChange', ...done });
  const output = done ? `${done.path} ${done.change}` : `there is no ${change.path}`;
  await services.emit({ type: 'AgentToolResult', id, isError: false, output });
}

type ToolCall = Extract<StepEvent, { type: 'AgentToolCall' }>;

/** Of a text that is appended it also says where: behind that many characters it belongs, however often it is done. */
async function newCall(change: ScriptedChange, id: string, place: Place): Promise<ToolCall> {
  const { kind, ...input } = change;
  const before = kind === 'append' ? { after: (await textAt(place)).length } : {};
  return { type: 'AgentToolCall', id, tool: `${kind}-file`, input: { ...input, ...before } };
}

async function carryOut(
  change: ScriptedChange,
  place: Place,
  { input }: ToolCall,
): Promise<ToolFileChange | undefined> {
  switch (change.kind) {
    case 'write':
      return writeText(place, change.content);
    case 'append': {
      const before = await textAt(place);
      return writeText(place, `${before.slice(0, lengthBefore(input) ?? before.length)}${change.content}`);
    }
    case 'delete':
      return removeFile(place);
  }
}

function lengthBefore(input: ToolCall['input']): number | undefined {
  const after = isJsonObject(input) ? input['after'] : undefined;
  return typeof after === 'number' ? after : undefined;
}

async function textAt(place: Place): Promise<string> {
  try {
    return await readText(place);
  } catch (thrown) {
    const cause = thrown instanceof Error ? thrown.cause : undefined;
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return '';
    throw thrown;
  }
}
