import type { Json } from '../../../shared/json.ts';
import { jsonOf, packable, type Packable } from './message-pack.ts';

/** A value of JSON in two fields, one of which is there. */
export interface ExactJson {
  /** As a structure, which the server's viewer shows. */
  readonly value?: Packable;
  /** As its text, where the structure would come back as another value. */
  readonly text?: string;
}

/** Texts of MessagePack are UTF-8, which has no halves of a surrogate pair; JSON writes them as an escape. */
const loneSurrogate = /\\ud[89a-f][0-9a-f]{2}/;

/** The form in which a value comes back byte for byte. */
export function exactJson(json: Json): ExactJson {
  const text = JSON.stringify(json);
  return loneSurrogate.test(text) ? { text } : { value: packable(json) };
}

export function readExactJson(value: unknown, text: unknown): Json {
  // Written above from a value of JSON.
  return typeof text === 'string' ? (JSON.parse(text) as Json) : jsonOf(value);
}
