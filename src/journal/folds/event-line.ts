import { eventSources, isEventType, type EventLine } from '../../contract/event-line.ts';
import type { Turn } from '../../engine/ports/journal.ts';
import { isoTime } from './iso-time.ts';

/** The line an event is shown as; undefined for turns that are mechanics of durability and no events. */
export function eventLineOf(runId: string, { type, seq, at, key, payload }: Turn): EventLine | undefined {
  if (!isEventType(type)) return undefined;
  const place = { seq, at: isoTime(at), runId, ...(eventSources[type] === 'step' && { key: key ?? '' }) };
  // The payload is the event without its type, kept as it was emitted.
  return { type, ...place, ...(payload as object) } as EventLine;
}
