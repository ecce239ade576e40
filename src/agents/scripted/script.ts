import { z } from 'zod';
import { stageStatuses, type Outcome, type StageStatus } from '../../contract/outcome.ts';
import { reservedKeyProblem } from '../../engine/handlers/context-keys.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { turnObject, type ScriptedTurn } from './scripted-turn.ts';

/** What the nodes of a run shall answer, by node id: one entry per execution, the last one repeating. */
export type Script = ReadonlyMap<string, readonly ScriptEntry[]>;

export type ScriptEntry =
  /** As if the backend threw: a permanent FAIL, or a transient error reported as RETRY (4.5, 3.6). */
  | { readonly kind: 'throw'; readonly message: string; readonly transient: boolean }
  | {
      readonly kind: 'answer';
      /** What the agent says; absent where the script leaves it open. */
      readonly text?: string;
      /** What it does before it answers; absent where it does nothing. */
      readonly turns?: readonly ScriptedTurn[];
      readonly outcome: Outcome;
      readonly delayMs: number;
    };

/** The entry for the `execution`-th execution of a node, counted from 0; a node the script does not name succeeds. */
export function scriptEntry(script: Script, nodeId: string, execution: number): ScriptEntry {
  const entries = script.get(nodeId);
  return entries?.[execution] ?? entries?.at(-1) ?? { kind: 'answer', outcome: { status: 'success' }, delayMs: 0 };
}

/**
 * Reads a script file: `{node: [entry, ...]}`, where an entry is a status word, `"throw:message"`,
 * `"throw-transient:message"` or an object.
 * @throws OrchestraError CONFIG_INVALID, naming the place as a path (`review[1].status`)
 */
export function parseScript(text: string): Script {
  const nodes = nodesOf(parseJson(text));
  return new Map(
    nodes.map(([node, entries]) => [node, entries.map((entry, index) => readEntry(entry, [node, index]))]),
  );
}

/** Not by a record of zod: it would lose a node `__proto__`. */
function nodesOf(file: unknown): readonly (readonly [node: string, entries: readonly unknown[]])[] {
  const nodes = check(z.custom<JsonObject>(isJsonObject, 'Invalid input: expected record'), file, []);
  return Object.entries(nodes).map(([node, entries]) => [node, check(z.array(z.unknown()), entries, [node])]);
}

function parseJson(text: string): Json {
  const json = parseForeignJson(text);
  if ('problem' in json) throw new OrchestraError('CONFIG_INVALID', `the script is ${json.problem}`);
  return json.value;
}

const entryObject = z.strictObject({
  status: z.enum(stageStatuses).optional(),
  text: z.string().optional(),
  preferred_label: z.string().optional(),
  suggested_next_ids: z.array(z.string()).optional(),
  context_updates: z
    .custom<JsonObject>(isJsonObject, 'Invalid input: expected record')
    .superRefine(refuseReserved)
    .optional(),
  notes: z.string().optional(),
  turns: z.array(turnObject).optional(),
  delay_ms: z.number().int().nonnegative().optional(),
});

function refuseReserved(updates: Readonly<Record<string, Json>>, context: z.RefinementCtx): void {
  const problem = reservedKeyProblem(Object.keys(updates), 'context_updates');
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
}

const entryWord = z.enum(stageStatuses, {
  error: `a status word (${stageStatuses.join(', ')}), "throw:message", "throw-transient:message" or an object is expected`,
});

function readEntry(entry: unknown, path: readonly PropertyKey[]): ScriptEntry {
  const thrown = typeof entry === 'string' ? /^throw(-transient)?:(.*)$/s.exec(entry) : null;
  if (thrown) return { kind: 'throw', message: (thrown[2] ?? '').trim(), transient: thrown[1] !== undefined };
  if (typeof entry !== 'object') return answer({ status: check(entryWord, entry, path) });
  return answer(check(entryObject, entry, path));
}

function check<T>(schema: z.ZodType<T>, value: unknown, path: readonly PropertyKey[]): T {
  const read = schema.safeParse(value);
  if (!read.success) throw invalid(read.error, path);
  return read.data;
}

function answer(entry: z.infer<typeof entryObject>): ScriptEntry {
  const { text, turns, delay_ms: delayMs = 0 } = entry;
  const said = { ...(text !== undefined && { text }), ...(turns && { turns }) };
  return { kind: 'answer', ...said, outcome: outcomeOf(entry), delayMs };
}

function outcomeOf(entry: z.infer<typeof entryObject>): Outcome {
  const status: StageStatus = entry.status ?? 'success';
  return {
    status,
    ...(entry.preferred_label !== undefined && { preferredLabel: entry.preferred_label }),
    ...(entry.suggested_next_ids !== undefined && { suggestedNextIds: entry.suggested_next_ids }),
    ...(entry.context_updates !== undefined && { contextUpdates: entry.context_updates }),
    ...(entry.notes !== undefined && { notes: entry.notes }),
  };
}

/** Problems told of one file: whoever made so many looks at all of it again. */
const mostTold = 20;

/** One line per issue, each with the path from the top of the file. */
function invalid(error: z.ZodError, path: readonly PropertyKey[]): OrchestraError {
  const lines = error.issues.map(
    (issue) => `${z.core.toDotPath([...path, ...issue.path]) || 'script'}: ${issue.message}`,
  );
  return new OrchestraError('CONFIG_INVALID', `the script is not valid: ${lines.slice(0, mostTold).join('; ')}`);
}
