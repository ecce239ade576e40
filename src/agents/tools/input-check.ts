import { Validator, type OutputUnit } from '@cfworker/json-schema';
import { messageOf } from '../../shared/errors.ts';
import { deepestNesting, isDeeperThan } from '../../shared/foreign-json.ts';
import { isJsonObject, type JsonObject } from '../../shared/json.ts';

/** More than a model can use to do better. */
const mostProblems = 8;

/**
 * What is wrong with the input of a call, in words for the model; undefined where it fits. Schemas are interpreted,
 * never compiled to code: those of servers are not ours.
 */
export function inputProblem(parameters: JsonObject, input: unknown): string | undefined {
  if (!isJsonObject(input)) return 'the input must be a JSON object';
  if (isDeeperThan(input, deepestNesting)) return `the input is nested deeper than ${deepestNesting} levels`;
  try {
    const { valid, errors } = new Validator(parameters, draftOf(parameters), false).validate(input);
    return valid ? undefined : errors.filter(isLeaf).slice(0, mostProblems).map(describe).join('; ');
  } catch (thrown) {
    return `the schema of its input cannot be used: ${messageOf(thrown)}`;
  }
}

function draftOf({ $schema }: JsonObject): '7' | '2020-12' {
  return typeof $schema === 'string' && $schema.includes('draft-07') ? '7' : '2020-12';
}

/** Errors of `properties` and `items` only repeat that a member below has one. */
function isLeaf({ keyword }: OutputUnit): boolean {
  return keyword !== 'properties' && keyword !== 'items';
}

function describe({ instanceLocation, error }: OutputUnit): string {
  const path = instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.');
  return path === '' ? error : `${path}: ${error}`;
}
