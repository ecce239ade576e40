import { isJsonObject, type Json } from '../../shared/json.ts';
import { clip } from '../preamble/clip.ts';
import { dataBlock } from '../preamble/data-block.ts';
import type { StepCall } from '../ports/step.ts';
import type { Problem } from './step-problem.ts';
import { withoutAround } from './step-text.ts';

/** One branch a fan-in may choose, as `parallel.results` describes it (4.9). */
export interface Candidate {
  readonly id: string;
  /** A stage status, `cancelled`, or `unknown` where the results do not speak of it. */
  readonly status: string;
  readonly score?: number;
  readonly notes?: string;
  readonly response?: string;
}

/** The candidates of a ranking call, best first by the heuristic of 4.9; undefined when the call ranks nothing. */
export function candidatesOf(call: StepCall): readonly Candidate[] | undefined {
  if (call.candidates === undefined) return undefined;
  const results = call.context.get('parallel.results');
  const entries: readonly Json[] = Array.isArray(results) ? (results as readonly Json[]) : [];
  return call.candidates.map((id) => {
    const entry = entries.find((result) => isJsonObject(result) && result['id'] === id);
    return candidate(id, entry);
  });
}

function candidate(id: string, entry: Json | undefined): Candidate {
  const { status, score, notes, response } = isJsonObject(entry) ? entry : {};
  return {
    id,
    status: typeof status === 'string' ? status : 'unknown',
    ...(typeof score === 'number' && { score }),
    ...(typeof notes === 'string' && notes !== '' && { notes }),
    ...(typeof response === 'string' && response !== '' && { response }),
  };
}

/** Characters all candidates' responses together may take in a prompt. */
const responsesLength = 24_000;

/** What an agent is told about the candidates, and how it must answer. */
export function candidateInstructions(candidates: readonly Candidate[]): string {
  const each = Math.floor(responsesLength / Math.max(candidates.length, 1));
  return [
    'The candidates:',
    ...candidates.map((entry) => dataBlock(`candidate ${entry.id}`, describe(entry, each))),
    `Choose exactly one of: ${candidates.map(({ id }) => id).join(', ')}. Write its id, and nothing else, as the last line of your answer.`,
  ].join('\n\n');
}

function describe({ id, status, score, notes, response }: Candidate, responseLength: number): string {
  return [
    `id: ${id}`,
    `status: ${status}`,
    ...(score === undefined ? [] : [`score: ${score}`]),
    ...(notes === undefined ? [] : [`notes: ${clip(notes, 1_000)}`]),
    ...(response === undefined ? [] : [`response:\n${clip(response, responseLength)}`]),
  ].join('\n');
}

/**
 * The one candidate an answer names: its id alone on the last line, else the only id that occurs in the text as
 * a whole word. Anything else names none: a fan-in never guesses.
 */
export function namedCandidate(text: string, candidates: readonly Candidate[]): Candidate | Problem {
  const lastLine = text.trim().split('\n').at(-1) ?? '';
  const names = [lastLine.trim(), withoutAround(lastLine, '*`"\'.')];
  const exact = candidates.find(({ id }) => names.includes(id));
  if (exact) return exact;
  const [first, ...others] = candidates.filter(({ id }) => occurs(id, text));
  if (first && others.length === 0) return first;
  const found = first ? [first, ...others].map(({ id }) => id).join(', ') : 'none';
  return { problem: `the answer must name exactly one of the candidates; it names ${found}` };
}

const wordCharacter = /[\p{L}\p{N}_-]/u;

function occurs(id: string, text: string): boolean {
  for (let at = text.indexOf(id); at !== -1; at = text.indexOf(id, at + 1)) {
    const before = text.charAt(at - 1);
    const after = text.charAt(at + id.length);
    if (!wordCharacter.test(before) && !wordCharacter.test(after)) return true;
  }
  return false;
}
