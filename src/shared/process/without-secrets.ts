import { StringDecoder } from 'node:string_decoder';
import type { StreamRedactor } from '../redaction.ts';

/**
 * The text a program writes, in UTF-8, with its secrets taken out: those that a chunk cuts in two as
 * well, which nobody could find any more once the chunks went their own ways.
 */
export async function* withoutSecrets(
  chunks: AsyncIterable<Uint8Array>,
  redactor: StreamRedactor,
): AsyncGenerator<Uint8Array> {
  const decoder = new StringDecoder('utf8');
  for await (const chunk of chunks) {
    const text = redactor.push(decoder.write(chunk));
    if (text !== '') yield Buffer.from(text);
  }
  const rest = redactor.push(decoder.end()) + redactor.end();
  if (rest !== '') yield Buffer.from(rest);
}
