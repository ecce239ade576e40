import type { Json } from '../shared/json.ts';

/** What other processes may ask of a run; recorded in arrival order (semantics.md, Inbox). */
export type Command =
  | { readonly kind: 'steer'; readonly text: string; readonly node?: string }
  | { readonly kind: 'pause'; readonly reason?: string }
  | { readonly kind: 'cancel'; readonly reason: string }
  | { readonly kind: 'answer'; readonly question: string; readonly answer: Json }
  | { readonly kind: 'budget'; readonly set: Readonly<Record<string, number>> }
  /** `operation`: key of an operation of the visit that is meant, where several of the node are active. */
  | { readonly kind: 'retry'; readonly node: string; readonly operation?: string }
  | { readonly kind: 'skip'; readonly node: string };

/** A command as it lies in the inbox. */
export interface InboxEntry {
  /** Arrival order, unique within the journal. */
  readonly seq: number;
  /** Chosen by the sender; a second entry with the same id is ignored. */
  readonly id: string;
  readonly command: Command;
  /** Who sent it, for the record. */
  readonly by: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}
