import { Validator, type OutputUnit } from '@cfworker/json-schema';
import { messageOf } from '../../shared/errors.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { reservedKeyProblem } from './context-keys.ts';
import { isProblem, type Problem } from './step-problem.ts';

/** A declared output of a node: a JSON Schema (2020-12) whose top-level properties become context keys. */
export interface OutputSchema {
  /** Told to the agent with its task. */
  readonly text: string;
  readonly schema: JsonObject;
}

/**
 * Reads an `output_schema` attribute. The schema is interpreted, never compiled to code, and may not refer to
 * other documents.
 */
export function parseOutputSchema(attribute: string): OutputSchema | Problem {
  const schema = parseForeignJson(attribute);
  if (isProblem(schema)) return { problem: `output_schema is ${schema.problem}` };
  if (!isJsonObject(schema.value)) return { problem: 'output_schema must be a JSON object' };
  const reserved = reservedKeyProblem(propertyNames(schema.value), 'output_schema');
  if (reserved !== undefined) return { problem: reserved };
  return { text: JSON.stringify(schema.value), schema: schema.value };
}

/**
 * The context keys an answer sets: the declared top-level properties it has.
 * @param output the answer as the agent delivered it, where it knows structured output; else it is looked for
 * in `text`: the last fenced `json` block, or the whole text
 */
export function readStructuredOutput(
  { schema }: OutputSchema,
  text: string,
  output: Json | undefined,
): { readonly updates: JsonObject } | Problem {
  const answer = output === undefined ? parseForeignJson(lastJsonBlock(text) ?? text) : { value: output };
  if (isProblem(answer)) return { problem: `the answer is ${answer.problem}` };
  if (!isJsonObject(answer.value)) return { problem: 'the answer is not a JSON object' };
  const problem = mismatch(schema, answer.value);
  if (problem !== undefined) return { problem: `the answer does not match output_schema: ${problem}` };
  const declared = propertyNames(schema);
  return { updates: Object.fromEntries(Object.entries(answer.value).filter(([key]) => declared.includes(key))) };
}

function propertyNames(schema: JsonObject): readonly string[] {
  const properties = Object.hasOwn(schema, 'properties') ? schema['properties'] : undefined;
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

function mismatch(schema: JsonObject, answer: JsonObject): string | undefined {
  try {
    const { valid, errors } = new Validator(schema, '2020-12', false).validate(answer);
    return valid ? undefined : errors.filter(isLeaf).map(describe).join('; ');
  } catch (thrown) {
    return messageOf(thrown);
  }
}

/** Errors of `properties` and `items` only repeat that a member below has one. */
function isLeaf(error: OutputUnit): boolean {
  return error.keyword !== 'properties' && error.keyword !== 'items';
}

function describe(error: OutputUnit): string {
  const path = error.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  return path === '' ? error.error : `${path}: ${error.error}`;
}

function lastJsonBlock(text: string): string | undefined {
  const fences = /^[ \t]*```[ \t]*json[ \t]*\r?\n([\s\S]*?)^[ \t]*```/gim;
  return [...text.matchAll(fences)].at(-1)?.[1];
}
