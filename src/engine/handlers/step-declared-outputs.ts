import { listOf, textOf } from '../../language/graph/attributes.ts';
import type { Node } from '../../language/graph/graph.ts';
import type { Json, JsonObject } from '../../shared/json.ts';
import { contextKeysFrom, reservedKeyProblem } from './context-keys.ts';
import { parseOutputSchema, readStructuredOutput, type OutputSchema } from './step-output-schema.ts';
import { isProblem, type Problem } from './step-problem.ts';

/** What the text of an answer may set in the context: nothing, unless the node declares it. */
export interface DeclaredOutputs {
  /** `context_keys`: keys that lines `key: value` set. */
  readonly keys: readonly string[];
  readonly schema?: OutputSchema;
}

export const noOutputs: DeclaredOutputs = { keys: [] };

/** Reads `context_keys` and `output_schema` of a node. Checked before an agent is paid for an answer nobody can use. */
export function declaredOutputs(node: Node): DeclaredOutputs | Problem {
  const keys = listOf(node, 'context_keys');
  const reserved = reservedKeyProblem(keys, 'context_keys');
  if (reserved !== undefined) return { problem: reserved };
  const attribute = textOf(node, 'output_schema');
  if (attribute === undefined) return { keys };
  const schema = parseOutputSchema(attribute);
  return isProblem(schema) ? schema : { keys, schema };
}

/** The context updates an answer makes. Structured output beats lines of text. */
export function readOutputs(
  declared: DeclaredOutputs,
  text: string,
  output: Json | undefined,
): { readonly updates: JsonObject } | Problem {
  const updates = contextKeysFrom(text, declared.keys);
  if (!declared.schema) return { updates };
  const structured = readStructuredOutput(declared.schema, text, output);
  return isProblem(structured) ? structured : { updates: { ...updates, ...structured.updates } };
}

/** What is added to a prompt so that the agent knows the shape its answer must have. */
export function outputInstructions(declared: DeclaredOutputs): string | undefined {
  if (!declared.schema) return undefined;
  return `End your answer with one fenced \`json\` block that matches this JSON Schema:\n${declared.schema.text}`;
}
