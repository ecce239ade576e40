import { stageStatuses, type Outcome, type StageStatus } from '../../contract/outcome.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import { reservedKeyProblem } from './context-keys.ts';

/**
 * Reads a `status.json` (Appendix C). Unknown fields are tolerated; a wrong type, a word that is none of the four
 * or a reserved context key is a problem, with the path to it. `failure_reason` is read too: the one field of an
 * Outcome (5.2) the appendix leaves out. Empty texts count as absent. Never throws.
 */
export function parseStatusFile(text: string): StatusFile {
  const parsed = parseForeignJson(text.replace(/^\uFEFF/, ''));
  if ('problem' in parsed) return parsed;
  try {
    return { outcome: readOutcome(parsed.value) };
  } catch (thrown) {
    if (thrown instanceof Refused) return { problem: thrown.message };
    throw thrown;
  }
}

export type StatusFile = { readonly outcome: Outcome } | { readonly problem: string };

/** The text of a `status.json` that says `outcome`; members that are absent stay absent. */
export function printStatusFile(outcome: Outcome): string {
  const file = {
    outcome: outcome.status,
    preferred_label: outcome.preferredLabel,
    suggested_next_ids: outcome.suggestedNextIds,
    context_updates: outcome.contextUpdates,
    notes: outcome.notes,
    failure_reason: outcome.failureReason,
  };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** Leaves the reading of a file at its first problem. */
class Refused extends Error {}

function readOutcome(value: Json): Outcome {
  if (!isJsonObject(value)) throw new Refused('the file must be a JSON object');
  const preferredLabel = readText(value, 'preferred_label');
  const suggestedNextIds = readTexts(value, 'suggested_next_ids');
  const contextUpdates = readUpdates(value, 'context_updates');
  const notes = readText(value, 'notes');
  const failureReason = readText(value, 'failure_reason');
  return {
    status: readStatus(value),
    ...(preferredLabel !== undefined && { preferredLabel }),
    ...(suggestedNextIds !== undefined && { suggestedNextIds }),
    ...(contextUpdates !== undefined && { contextUpdates }),
    ...(notes !== undefined && { notes }),
    ...(failureReason !== undefined && { failureReason }),
  };
}

/** A step that ran was not skipped: only the engine says that. */
const statusWords = stageStatuses.filter((status) => status !== 'skipped');

function readStatus(file: JsonObject): StageStatus {
  const word = member(file, 'outcome');
  const status = statusWords.find((known) => known === word);
  if (status === undefined) throw new Refused(`outcome must be one of ${statusWords.join(', ')}`);
  return status;
}

function readText(file: JsonObject, name: string): string | undefined {
  const value = member(file, name);
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw new Refused(`${name} must be a string`);
  return value;
}

function readTexts(file: JsonObject, name: string): readonly string[] | undefined {
  const value = member(file, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw new Refused(`${name} must be a list of strings`);
  return value.map((item: Json, index) => {
    if (typeof item !== 'string') throw new Refused(`${name}[${index}] must be a string`);
    return item;
  });
}

function readUpdates(file: JsonObject, name: string): JsonObject | undefined {
  const value = member(file, name);
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw new Refused(`${name} must be an object`);
  const problem = reservedKeyProblem(Object.keys(value), name);
  if (problem !== undefined) throw new Refused(problem);
  return value;
}

/** Own members only: a file cannot borrow one from `Object.prototype`. */
function member(file: JsonObject, name: string): Json | undefined {
  return Object.hasOwn(file, name) ? file[name] : undefined;
}
