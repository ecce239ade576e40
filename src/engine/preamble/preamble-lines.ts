import type { StageStatus } from '../../contract/outcome.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';
import type { StageRecord } from '../ports/step.ts';
import { clip } from './clip.ts';
import { isBlobRef } from '../../shared/blob-ref.ts';

export interface StageResponse {
  readonly nodeId: string;
  readonly text: string;
}

/** `4 success, 2 fail`. */
export function countLine(history: readonly StageRecord[]): string {
  const byStatus = Map.groupBy(history, (record) => record.status);
  const counts = [...byStatus].map(([status, records]) => `${records.length} ${words[status]}`);
  return counts.join(', ');
}

/** One bullet a stage; notes and failure reasons cut at `noteLength`, left out at 0. */
export function stageLines(stages: readonly StageRecord[], noteLength: number): readonly string[] {
  const known = knownLines.get(noteLength) ?? new WeakMap<StageRecord, string>();
  knownLines.set(noteLength, known);
  return stages.map((stage) => {
    const told = known.get(stage);
    if (told !== undefined) return told;
    const line = stageLine(stage, noteLength);
    known.set(stage, line);
    return line;
  });
}

/** By length of the notes, of which there are few. All later prompts tell of a stage in the same line. */
const knownLines = new Map<number, WeakMap<StageRecord, string>>();

function stageLine(stage: StageRecord, noteLength: number): string {
  const visit = stage.visit > 1 ? ` (visit ${stage.visit})` : '';
  const said = noteLength > 0 ? oneLine(saidBy(stage)) : '';
  const note = said === '' ? '' : `: ${clip(said, noteLength)}`;
  return `- ${stage.nodeId}${visit}: ${words[stage.status]}${note}`;
}

/** What a stage has to say beside its status: the note every stage gets that gives none (4.5) says nothing. */
function saidBy({ nodeId, notes, failureReason }: StageRecord): string {
  return failureReason ?? (notes === `Stage completed: ${nodeId}` ? '' : (notes ?? ''));
}

const words: Readonly<Record<StageStatus, string>> = {
  success: 'success',
  partial_success: 'partial success',
  retry: 'retry',
  fail: 'fail',
  skipped: 'skipped',
};

/** One bullet a context key, in key order, without bookkeeping and without what the preamble says elsewhere. */
export function contextLines(context: ReadonlyMap<string, Json>, valueLength: number): readonly string[] {
  return [...context.keys()]
    .filter(isTelling)
    .sort()
    .map(
      (key) =>
        `- ${clip(oneLine(key), maxKeyLength)}: ${clip(oneLine(valueText(context.get(key) ?? null)), valueLength)}`,
    );
}

/** Keys come from agents too, so they are bounded like values. */
const maxKeyLength = 80;

const saidElsewhere: ReadonlySet<string> = new Set(['graph.goal', 'current_node']);

function isTelling(key: string): boolean {
  return !key.startsWith('internal.') && !saidElsewhere.has(key);
}

function valueText(value: Json): string {
  if (typeof value === 'string') return value;
  if (isBlobRef(value)) return `(large value, ${value.bytes} bytes)`;
  return canonicalJson(value);
}

/** Each answer cut at `length`; none at 0. */
export function responseLines(responses: readonly StageResponse[], length: number): readonly string[] {
  return length === 0 ? [] : responses.map(({ nodeId, text }) => `- ${nodeId}:\n${clip(text.trim(), length)}`);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
