import { inScope } from '../../contract/keys.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Edge, Node } from '../../language/graph/graph.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import type { StageRecord } from '../ports/step.ts';

/**
 * One path being walked: the top level, or one branch of a fan-out. Strands share nothing: a branch
 * gets a deep copy of its parent's context, and only its result travels back (3.8).
 */
export interface Strand {
  /** `''` at the top level, else `fan#1/security`: the prefix of every operation key below. */
  readonly scope: string;
  readonly context: Map<string, Json>;
  /** Completed stages before this strand began. */
  readonly earlier: readonly StageRecord[];
  readonly history: StageRecord[];
  /** Visits per node within this strand. */
  readonly visits: Map<string, number>;
  /** Node to execute next, the edge that led there, and the node left. */
  current: string;
  incoming: Edge | undefined;
  previous: string | undefined;
  /** Outcome of the node just left; a diamond routes on it. */
  lastOutcome: Outcome;
  /** What this strand's outcomes set, for the branch result. */
  readonly updates: Map<string, Json>;
  /** Engine-set context keys not yet recorded in a checkpoint. */
  readonly unrecorded: Map<string, Json>;
  /** Ends the strand; the owner decides what follows. */
  readonly onEnd: (end: StrandEnd) => void;
  /** The node a branch stops at without executing it. */
  readonly stopAt: string | undefined;
  /** Enclosing strand and the fan-out that opened this branch; undefined at the top level. */
  readonly parent: Strand | undefined;
  readonly fanOut: Node | undefined;
  /** The fan-out this strand executed last; undefined before the first. */
  branched: Branched | undefined;
  /** Instructions to the whole run that arrived since the last prompt. */
  steering: readonly string[];
}

/** An executed fan-out. */
export interface Branched {
  readonly fanOut: Node;
  /** Path of one of its branches. */
  readonly scopeOf: (branch: string) => string;
  /** How each branch ended that was not cancelled. */
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** How a strand ended. */
export interface StrandEnd {
  readonly outcome: Outcome;
  readonly at: 'exit' | 'stop' | 'dead_end';
}

/** A strand at its first node. */
export function createStrand(init: Pick<Strand, 'scope' | 'current' | 'onEnd'> & Partial<Strand>): Strand {
  return {
    context: new Map(),
    earlier: [],
    history: [],
    visits: new Map(),
    incoming: undefined,
    previous: undefined,
    lastOutcome: { status: 'success' },
    updates: new Map(),
    unrecorded: new Map(),
    stopAt: undefined,
    parent: undefined,
    fanOut: undefined,
    branched: undefined,
    steering: [],
    ...init,
  };
}

/** A deep copy for a branch (3.8, 5.1): whatever a handler does to a value, parent and siblings never see it. */
export function branchContext(parent: Strand): Map<string, Json> {
  return new Map(Array.from(parent.context, ([key, value]) => [key, deepCopy(value)]));
}

function deepCopy(value: Json): Json {
  if (typeof value !== 'object' || value === null) return value;
  if (!isJsonObject(value)) return value.map(deepCopy);
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, deepCopy(member)]));
}

/** The branches a strand lies in, itself included, innermost first. */
export function* branchesAround(strand: Strand): Generator<Strand & { readonly fanOut: Node }> {
  for (let at: Strand | undefined = strand; at; at = at.parent) if (isBranch(at)) yield at;
}

function isBranch(strand: Strand): strand is Strand & { readonly fanOut: Node } {
  return strand.fanOut !== undefined;
}

/** Stages completed on the way to this strand's next node, oldest first. */
export function stagesBefore(strand: Strand): readonly StageRecord[] {
  return strand.earlier.length === 0 ? strand.history : [...strand.earlier, ...strand.history];
}

/** Sets a key on the engine's own account; the next checkpoint records it. */
export function setContext(strand: Strand, key: string, value: Json): void {
  strand.context.set(key, value);
  strand.unrecorded.set(key, value);
}

/** Key of an operation or visit inside a strand. */
export function keyIn(strand: Pick<Strand, 'scope'>, name: string): string {
  return inScope(strand.scope, name);
}
