import { StringDecoder } from 'node:string_decoder';
import type { StepServices } from '../../engine/ports/step.ts';
import type { Json } from '../../shared/json.ts';
import { BoundedText } from '../../shared/process/bounded-text.ts';
import { Spill } from './spill.ts';

/** Bytes of each stream shown live as `ToolOutput` events; the rest is not lost, see `keepOutput`. */
const eventLimit = 64 * 1024;
/** Bytes kept at each end of a text that goes into the context. */
const endLimit = 16 * 1024;
/** Characters of one artifact: what is held in memory at a time while a long output is stored. */
const partLimit = 4 * 1024 * 1024;

export interface OutputPlace {
  /** Of the first artifact, should there be need for one. */
  readonly name: string;
  readonly services: StepServices;
  /** Puts a text into the journal at once and gives what stands for it: artifacts wait in memory until the step settles. */
  readonly keep: (text: string) => Promise<Json>;
}

export interface KeptOutput {
  /** The whole output, or its two ends around a note. */
  readonly text: string;
  /** Artifacts that hold the whole, in order; empty where `text` does. */
  readonly artifacts: readonly string[];
}

/**
 * Reads standard output to its end: shown live as far as the limit goes, bounded in memory, and, where it is too long
 * for the context, stored as the artifacts `<name>`, `<name>.2`, `<name>.3` ... of 4 million characters each, cut at
 * line ends: whole, or its first 256 MB and a note. While it grows it lies in a file without a name.
 */
export async function keepOutput(chunks: AsyncIterable<Uint8Array>, place: OutputPlace): Promise<KeptOutput> {
  const { services } = place;
  const kept = new BoundedText(endLimit, endLimit);
  let spill: Spill | undefined;
  try {
    for await (const chunk of shown(chunks, 'stdout', services)) {
      if (!spill && kept.totalBytes + chunk.length > 2 * endLimit) {
        spill = await Spill.open(services.attemptDir);
        await spill.add(kept.bytes());
      }
      kept.add(chunk);
      await spill?.add(chunk);
    }
    return { text: kept.text(), artifacts: spill ? await storeParts(spill, place) : [] };
  } finally {
    await spill?.close();
  }
}

/** Reads standard error to its end and keeps the last `limit` bytes, where programs say why they failed. */
export async function keepErrors(
  chunks: AsyncIterable<Uint8Array>,
  limit: number,
  services: StepServices,
): Promise<string> {
  const kept = await BoundedText.of(shown(chunks, 'stderr', services), 0, limit);
  return kept.text();
}

/** Passes chunks on after they were shown. A chunk waits until its event is recorded, so that a flood slows down. */
async function* shown(
  chunks: AsyncIterable<Uint8Array>,
  stream: 'stdout' | 'stderr',
  services: StepServices,
): AsyncGenerator<Uint8Array> {
  const decoder = new StringDecoder('utf8');
  let left = eventLimit;
  const emit = async (text: string): Promise<void> => {
    if (text !== '') await services.emit({ type: 'ToolOutput', stream, text });
  };
  for await (const chunk of chunks) {
    if (left > 0) {
      await emit(decoder.write(chunk.subarray(0, left)));
      left -= chunk.length;
      if (left <= 0) await emit(`\n[${stream} goes on; only its first ${eventLimit / 1024} KB are shown live]\n`);
    }
    yield chunk;
  }
  if (left > 0) await emit(decoder.end());
}

async function storeParts(spill: Spill, { name, services, keep }: OutputPlace): Promise<readonly string[]> {
  const names: string[] = [];
  const store = async (text: string): Promise<void> => {
    const part = names.length === 0 ? name : `${name}.${names.length + 1}`;
    services.artifact(part, await keep(text));
    names.push(part);
  };
  let pending = '';
  for await (const piece of spill.read()) {
    pending += piece;
    if (pending.length < partLimit) continue;
    // At a line end, so that what redaction looks for is not cut in two.
    const cut = pending.lastIndexOf('\n') + 1 || pending.length;
    await store(pending.slice(0, cut));
    pending = pending.slice(cut);
  }
  if (pending !== '') await store(pending);
  return names;
}
