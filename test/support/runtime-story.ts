import { turnTypes } from '../../src/engine/ports/turns.ts';
import type { Turn } from '../../src/engine/ports/journal.ts';
import { isJsonObject, type Json } from '../../src/shared/json.ts';
import type { RuntimeUnderTest, World } from './runtime-world.ts';

/** What a run and its children told, without what tells of processes, durations and chance observations. */
export interface Story {
  readonly state: string;
  readonly events: readonly Json[];
  readonly children: readonly Story[];
}

export async function storyOf(runtime: RuntimeUnderTest, runId: string): Promise<Story> {
  const { state, turns } = await runtime.seen(runId);
  const children = await Promise.all((await runtime.children(runId)).map((child) => storyOf(runtime, child)));
  return { state, events: turns.filter(isEvent).map(told), children };
}

const mechanics: ReadonlySet<string> = new Set(Object.values(turnTypes).filter((type) => type !== turnTypes.runEnded));

/** What a supervisor saw, and how far its child had come when it heard of it, depends on when it looked. */
const chance: ReadonlySet<string> = new Set(['ChildObserved', 'SteeringReceived']);

function isEvent({ type }: Turn): boolean {
  return !mechanics.has(type) && !chance.has(type);
}

function told({ type, key, payload }: Turn): Json {
  return { type, ...(key === undefined ? {} : { key }), payload: withoutChance(payload) };
}

/** Durations depend on when a process died. */
function withoutChance(value: Json): Json {
  if (!isJsonObject(value)) return Array.isArray(value) ? value.map(withoutChance) : value;
  const entries = Object.entries(value).filter(([key]) => key !== 'durationMs' && !key.startsWith('stack.child.'));
  return Object.fromEntries(entries.map(([key, member]) => [key, withoutChance(member)]));
}

/** Operations on record that were started and neither settled nor dropped, of a run and its children, as `run/key`. */
export async function inFlight(runtime: RuntimeUnderTest, runId: string): Promise<ReadonlySet<string>> {
  const open = new Set<string>();
  for (const { type, key } of (await runtime.seen(runId)).turns) {
    if (type === turnTypes.operationStarted) open.add(`${runId}/${key}`);
    if (type === turnTypes.operationSettled || type === turnTypes.operationDropped) open.delete(`${runId}/${key}`);
  }
  for (const child of await runtime.children(runId))
    for (const operation of await inFlight(runtime, child)) open.add(operation);
  return open;
}

/** How often each operation had its effect, by `run/key`. */
export function effectCounts(world: World): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { runId, key } of world.effects) counts.set(`${runId}/${key}`, (counts.get(`${runId}/${key}`) ?? 0) + 1);
  return counts;
}
