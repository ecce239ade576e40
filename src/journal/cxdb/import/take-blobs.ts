import type { Journal } from '../../../engine/ports/journal.ts';
import { OrchestraError } from '../../../shared/errors.ts';
import type { Json } from '../../../shared/json.ts';
import { neededBlobs, type NeededBlob } from './needed-blobs.ts';

export interface TakeBlobs {
  readonly journal: Pick<Journal, 'getBlob' | 'putBlob'>;
  /** Undefined where there is no such blob. */
  readonly source: (hash: string) => Promise<Uint8Array | undefined>;
}

const decoder = new TextDecoder();

/**
 * Brings every blob that values need into the journal.
 * @throws OrchestraError CXDB_UNREADABLE where one is missing, or holds what the journal would not keep
 */
export async function takeBlobs(values: readonly Json[], parts: TakeBlobs): Promise<void> {
  const taken = new Set<string>();
  const waiting = values.flatMap((value) => [...neededBlobs(value)]);
  for (let needed = waiting.pop(); needed !== undefined; needed = waiting.pop()) {
    if (taken.has(needed.hash)) continue;
    taken.add(needed.hash);
    const content = await take(needed, parts);
    // A blob is what its hash says; that of a value is JSON, as the door wrote it.
    if (content && needed.isJson) waiting.push(...neededBlobs(JSON.parse(decoder.decode(content)) as Json));
  }
}

async function take({ hash, isRequired }: NeededBlob, { journal, source }: TakeBlobs): Promise<Uint8Array | undefined> {
  const known = await journal.getBlob(hash);
  if (known) return known;
  const content = await source(hash);
  if (content === undefined) {
    if (!isRequired) return undefined;
    throw new OrchestraError('CXDB_UNREADABLE', `blob ${hash}, which the run needs, is not on the server`);
  }
  if ((await journal.putBlob(content)) !== hash) throw redacted(`blob ${hash}`);
  return content;
}

/** What this project holds for a secret, another one may have recorded. */
export function redacted(what: string): OrchestraError {
  return new OrchestraError(
    'CXDB_UNREADABLE',
    `${what} holds a secret of this project, so that it cannot be kept as it is`,
    {
      hint: 'Import it into another project, or take the variable out of `secrets` in orchestra.yaml.',
    },
  );
}
