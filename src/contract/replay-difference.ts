import { z } from 'zod';
import type { Same } from './same-type.ts';

/** Where a replay first asks for something else than its source recorded. */
export interface ReplayDifference {
  /** The run whose record it is: the source, or a child of it. */
  readonly runId: string;
  /** Key of the operation or stage; absent where the walks differ beside any. */
  readonly operation?: string;
  readonly node?: string;
  readonly what: DifferenceKind;
  /** What the source recorded, and what is asked now. */
  readonly recorded: string;
  readonly asked: string;
}

const kinds = ['order', 'prompt', 'command', 'question', 'result'] as const;

/**
 * `order`: another operation, stage or handler comes next. `result`: the same way led to another end.
 * The others are what a step asks of an agent, of the shell, of a person.
 */
export type DifferenceKind = (typeof kinds)[number];

export const replayDifferenceSchema = z.object({
  runId: z.string(),
  operation: z.exactOptional(z.string()),
  node: z.exactOptional(z.string()),
  what: z.enum(kinds),
  recorded: z.string(),
  asked: z.string(),
});

// The schema describes the type exactly.
true satisfies Same<z.infer<typeof replayDifferenceSchema>, ReplayDifference>;
