import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress, zstdDecompressSync } from 'node:zlib';
import { OrchestraError } from '../../shared/errors.ts';
import type { Blake3 } from '../../shared/hash.ts';
import type { Database } from './database.ts';

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Below this, compression wins less than it costs. */
const smallestCompressed = 256;

export interface StoredBlob {
  readonly bytes: number;
  readonly encoding: 'raw' | 'zstd';
  readonly data: Uint8Array;
}

/** The form a content is stored in: compressed, off the event loop, where that helps. */
export async function encodeBlob(content: Uint8Array): Promise<StoredBlob> {
  const bytes = content.byteLength;
  if (bytes < smallestCompressed) return { bytes, encoding: 'raw', data: content };
  const data = await compress(content, { params: { [constants.ZSTD_c_compressionLevel]: 3 } });
  return data.byteLength < bytes * 0.9 ? { bytes, encoding: 'zstd', data } : { bytes, encoding: 'raw', data: content };
}

/** The content of a blob, as long as it is what it was: throws `JOURNAL_CORRUPT` where its hash is another. */
export async function decodeBlob(hash: string, { encoding, data }: StoredBlob, digest: Blake3): Promise<Uint8Array> {
  let content: Uint8Array = data;
  try {
    if (encoding === 'zstd') content = await decompress(data);
  } catch (cause) {
    throw damaged(hash, cause);
  }
  if (digest(content) !== hash) throw damaged(hash);
  return content;
}

/** The text a blob holds; undefined where there is none, it is no text, or it is too damaged to be read. */
export function textIn(stored: StoredBlob | undefined): string | undefined {
  if (stored === undefined) return undefined;
  try {
    const content = stored.encoding === 'zstd' ? zstdDecompressSync(stored.data) : stored.data;
    return isUtf8(content) ? new TextDecoder().decode(content) : undefined;
  } catch {
    // What cannot be read leads to nothing.
    return undefined;
  }
}

function damaged(hash: string, cause?: unknown): OrchestraError {
  return new OrchestraError('JOURNAL_CORRUPT', `blob ${hash} is damaged`, { cause, details: { blob: hash } });
}

export function hasBlob(database: Database, hash: string): boolean {
  return database.get('select 1 from blob where hash = ?', hash) !== undefined;
}

export function insertBlob(database: Database, hash: string, { bytes, encoding, data }: StoredBlob): void {
  database.run(
    'insert or ignore into blob (hash, bytes, encoding, data) values (?, ?, ?, ?)',
    hash,
    bytes,
    encoding,
    data,
  );
}

export function readBlob(database: Database, hash: string): StoredBlob | undefined {
  return database.get<StoredBlob>('select bytes, encoding, data from blob where hash = ?', hash);
}
