import { promisify } from 'node:util';
import { constants, zstdCompress, zstdDecompress } from 'node:zlib';
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

export async function decodeBlob({ encoding, data }: StoredBlob): Promise<Uint8Array> {
  return encoding === 'zstd' ? decompress(data) : data;
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
