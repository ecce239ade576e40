import type { Journal } from '../../../engine/ports/journal.ts';
import { referencesIn } from '../../references.ts';
import { longestPayload } from '../wire/frames.ts';
import type { CxdbLink } from './link.ts';

/** Hash and length stand before the content. */
const longestBlob = longestPayload - 36;

const decoder = new TextDecoder();

export interface SendBlobs {
  readonly journal: Pick<Journal, 'getBlob'>;
  readonly link: CxdbLink;
  /** Told of a blob that is longer than CXDB takes. */
  readonly tooLong: (hash: string, bytes: number) => void;
}

/**
 * Sends the blobs a text of JSON refers to, and those they refer to, before the turn that needs them. CXDB
 * addresses blobs as the journal does. Each is waited for: together they may be large.
 */
export async function sendBlobs(json: string, { journal, link, tooLong }: SendBlobs): Promise<void> {
  const texts = [json];
  for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
    for (const { hash, isContainer } of referencesIn(text)) {
      if (link.sentBlobs.has(hash)) continue;
      const content = await journal.getBlob(hash);
      // What looks like a reference may be none.
      if (content === undefined) continue;
      if (isContainer) texts.push(decoder.decode(content));
      if (content.length > longestBlob) tooLong(hash, content.length);
      else await link.connection.putBlob(hash, content);
      link.sentBlobs.add(hash);
    }
  }
}
