import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { BlobRef } from '../../engine/ports/journal.ts';
import { isBlobRef } from '../../shared/blob-ref.ts';
import type { Json } from '../../shared/json.ts';

/** Bytes above which a value goes into a file (semantics.md, Language). */
const valueLimit = 32 * 1024;
/** Bytes of all values together; systems refuse environments of some megabytes, arguments included. */
const totalLimit = 256 * 1024;

export interface ContextVariables {
  readonly context: ReadonlyMap<string, Json>;
  /** Where files go; see `ORCHESTRA_VAR_<KEY>_FILE`. */
  readonly folder: string;
  /** Reads a value that the journal keeps apart. */
  readonly readBlob: (reference: BlobRef) => Promise<string>;
}

/**
 * Every context value as `ORCHESTRA_VAR_<KEY>`: texts as they are, everything else as JSON. Values above 32 KB,
 * with a NUL, or beyond 256 KB in total are written to a file that `ORCHESTRA_VAR_<KEY>_FILE` names. Keys of the
 * engine (`internal.*`) are left out. Where two keys yield the same name, the one set later counts.
 */
export async function contextVariables(request: ContextVariables): Promise<Readonly<Record<string, string>>> {
  const variables: Record<string, string> = {};
  let total = 0;
  for (const [key, value] of request.context) {
    if (key.startsWith('internal.')) continue;
    const name = variableName(key);
    const text = isBlobRef(value) ? await request.readBlob(value) : textOfValue(value);
    const size = Buffer.byteLength(text);
    delete variables[name];
    delete variables[`${name}_FILE`];
    if (size > valueLimit || total + size > totalLimit || text.includes('\0')) {
      variables[`${name}_FILE`] = await writeValue(request.folder, name, text);
    } else {
      variables[name] = text;
      total += size;
    }
  }
  return variables;
}

/** `tools.get_diff.output` becomes `ORCHESTRA_VAR_TOOLS_GET_DIFF_OUTPUT`. */
function variableName(key: string): string {
  return `ORCHESTRA_VAR_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
}

function textOfValue(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

async function writeValue(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, `${name}.txt`);
  await writeFile(path, text, { mode: 0o600 });
  return path;
}
