import { createBLAKE3 } from 'hash-wasm';

/** BLAKE3 of bytes, or of a text's UTF-8 form: 64 hexadecimal digits. */
export type Blake3 = (content: Uint8Array | string) => string;

let loaded: Promise<Blake3> | undefined;

/** Loads the hash function (WebAssembly, in Node as in the browser); once loaded it is synchronous. */
export function loadBlake3(): Promise<Blake3> {
  loaded ??= createBLAKE3().then((hasher) => (content) => hasher.init().update(content).digest('hex'));
  return loaded;
}

/** The BLAKE3 digest of one content, loading the hash function when needed. */
export async function blake3(content: Uint8Array | string): Promise<string> {
  return (await loadBlake3())(content);
}
