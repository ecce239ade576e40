import { OrchestraError } from './errors.ts';
import { isJsonObject, throughJson, type Json, type JsonObject } from './json.ts';
import { secretForms } from './secret-forms.ts';
import {
  cutOffPattern,
  escapePattern,
  lookBehindLength,
  tokenShapes,
  wholePattern,
  withoutSecret,
} from './token-shapes.ts';

/**
 * Takes secrets out of texts: the values of configured secrets, also in the forms `secretForms` lists, and everything that looks like a known credential. What is found becomes
 * `[redacted:NAME]`.
 */
export interface Redactor {
  text(text: string): string;
  /** Every string and every key of the value, which comes back as JSON would bring it back: the very same where there is nothing to change. */
  json<T extends Json>(value: T): T;
  /** For a text that arrives in chunks. */
  stream(): StreamRedactor;
}

/**
 * Redacts a text that arrives in chunks: no secret passes because a chunk ended inside it. What may be
 * the beginning of one is held back until the next chunk decides; all outputs joined are the redacted
 * text. A single token longer than 64 Ki characters is replaced as far as it was held.
 */
export interface StreamRedactor {
  /** The part of the text so far that can be let out. */
  push(chunk: string): string;
  /** The rest, when the text has ended. */
  end(): string;
  /** Whether something is held back. */
  readonly isHolding: boolean;
}

/** Shorter values would occur by chance and tear ordinary text apart. */
export const minimumSecretLength = 8;

const maximumHeld = 64 * 1024;

/** `secrets`: values by name. Throws `SECRET_TOO_SHORT` for a value under 8 characters. */
export function createRedactor(secrets: Readonly<Record<string, string>> = {}): Redactor {
  const finders = [valueFinder(secrets), shapeFinder].filter((finder) => finder !== undefined);
  const text = (input: string) => finders.reduce(replaceAll, input);
  const isClean = (input: string) => !finders.some(({ pattern }) => isFound(pattern, input));
  return {
    text,
    json<T extends Json>(value: T) {
      const texts: string[] = [];
      // What JSON cannot say is left to it, so that kept and re-read values agree.
      const plain = isPlain(value, texts) ? value : throughJson(value);
      // The shape of the value is kept, only texts change; a type cannot say so.
      return isClean(texts.join(separator)) ? plain : (redactJson(plain, text) as T);
    },
    stream: () => new ChainedStream(finders.map((finder) => new FinderStream(finder))),
  };
}

/** A stream redactor of its own, for callers that keep no `Redactor`. */
export function createStreamRedactor(secrets: Readonly<Record<string, string>> = {}): StreamRedactor {
  return createRedactor(secrets).stream();
}

/** One way of finding secrets in a text. */
interface Finder {
  readonly pattern: RegExp;
  replacement(found: RegExpExecArray): string;
  /** The first place at or after `from` where a secret may begin that the end of the text cuts off; else its length. */
  cutOffAt(text: string, from: number): number;
}

function replaceAll(text: string, finder: Finder): string {
  finder.pattern.lastIndex = 0;
  let output = '';
  let position = 0;
  for (let found = finder.pattern.exec(text); found; found = finder.pattern.exec(text)) {
    output += text.slice(position, found.index) + finder.replacement(found);
    position = finder.pattern.lastIndex;
  }
  return position === 0 ? text : output + text.slice(position);
}

const wholeToken = wholePattern(tokenShapes);
const cutOffToken = cutOffPattern(tokenShapes);

const shapeFinder: Finder = {
  pattern: wholeToken,
  replacement(found) {
    const shape = tokenShapes[found.findIndex((group, index) => index > 0 && group !== undefined) - 1];
    if (shape === undefined) throw new Error('a token was found that has no shape');
    return withoutSecret(found[0], shape, `[redacted:${shape.name}]`);
  },
  cutOffAt(text, from) {
    cutOffToken.lastIndex = from;
    return cutOffToken.exec(text)?.index ?? text.length;
  },
};

function valueFinder(secrets: Readonly<Record<string, string>>): Finder | undefined {
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) {
    if (value.length < minimumSecretLength) {
      throw new OrchestraError('SECRET_TOO_SHORT', `The secret ${name} has ${value.length} characters.`);
    }
    for (const form of secretForms(value, minimumSecretLength)) if (!names.has(form)) names.set(form, name);
  }
  if (names.size === 0) return undefined;
  // The longest first, so that no form is cut out of the middle of a longer one.
  const forms = [...names.keys()].sort((a, b) => b.length - a.length);
  const longest = forms[0]?.length ?? 0;
  const byFirst = Map.groupBy(forms, (form) => form.charAt(0));
  return {
    pattern: new RegExp(forms.map(escapePattern).join('|'), 'g'),
    replacement: (found) => `[redacted:${names.get(found[0]) ?? 'secret'}]`,
    cutOffAt(text, from) {
      for (let at = Math.max(from, text.length - longest + 1); at < text.length; at++) {
        const candidates = byFirst.get(text.charAt(at));
        const rest = text.slice(at);
        if (candidates?.some((form) => form.length > rest.length && form.startsWith(rest))) return at;
      }
      return text.length;
    },
  };
}

/**
 * Stands between texts that are searched together, since nearly all values hold no secret. Nothing is missed for it:
 * a text begins and ends beside it as it does alone, and what is found across two texts is searched for again in each.
 */
const separator = '\0';

/** Whether JSON brings the value back as it is. Adds every string and every key of it to `texts`. */
function isPlain(value: Json | undefined, texts: string[]): boolean {
  switch (typeof value) {
    case 'string':
      texts.push(value);
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'boolean':
      return true;
    case 'object':
      if (isJsonObject(value)) return areMembersPlain(value, texts);
      return value === null || areItemsPlain(value, texts);
    default:
      return false;
  }
}

function areItemsPlain(items: readonly Json[], texts: string[]): boolean {
  let plain = true;
  for (const item of items) plain = isPlain(item, texts) && plain;
  return plain;
}

function areMembersPlain(members: JsonObject, texts: string[]): boolean {
  let plain = !('toJSON' in members);
  for (const key of Object.keys(members)) {
    texts.push(key);
    plain = isPlain(members[key], texts) && plain;
  }
  return plain;
}

function isFound(pattern: RegExp, text: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(text);
}

function redactJson(value: Json, text: (input: string) => string): Json {
  if (typeof value === 'string') return text(value);
  if (typeof value !== 'object' || value === null) return value;
  if (isJsonObject(value)) return redactMembers(value, text);
  return value.map((member) => redactJson(member, text));
}

function redactMembers(object: { readonly [key: string]: Json }, text: (input: string) => string): Json {
  const members: [string, Json][] = [];
  const keys = new Set<string>();
  for (const [key, value] of Object.entries(object)) {
    const kept = distinct(text(key), keys);
    keys.add(kept);
    members.push([kept, redactJson(value, text)]);
  }
  // fromEntries defines members, so that a key `__proto__` stays a key.
  return Object.fromEntries(members);
}

/** Two keys that were different stay different when both were secrets. */
function distinct(key: string, taken: ReadonlySet<string>): string {
  if (!taken.has(key)) return key;
  let number = 2;
  while (taken.has(`${key}#${number}`)) number += 1;
  return `${key}#${number}`;
}

/** One stream behind the other: what the first lets out, the next one searches. */
class ChainedStream implements StreamRedactor {
  readonly #stages: readonly StreamRedactor[];

  constructor(stages: readonly StreamRedactor[]) {
    this.#stages = stages;
  }

  push(chunk: string): string {
    return this.#stages.reduce((text, stage) => stage.push(text), chunk);
  }

  end(): string {
    return this.#stages.reduce((text, stage) => stage.push(text) + stage.end(), '');
  }

  get isHolding(): boolean {
    return this.#stages.some((stage) => stage.isHolding);
  }
}

class FinderStream implements StreamRedactor {
  readonly #finder: Finder;
  /** What went before: looked at, never let out again. */
  #context = '';
  #held = '';

  constructor(finder: Finder) {
    this.#finder = finder;
  }

  push(chunk: string): string {
    const output = this.#advance(chunk, false);
    return this.#held.length > maximumHeld ? output + this.#advance('', true) : output;
  }

  end(): string {
    return this.#advance('', true);
  }

  get isHolding(): boolean {
    return this.#held !== '';
  }

  #advance(chunk: string, ended: boolean): string {
    const finder = this.#finder;
    const text = this.#context + this.#held + chunk;
    let position = this.#context.length;
    let output = '';
    let limit = ended ? text.length : finder.cutOffAt(text, position);
    for (;;) {
      finder.pattern.lastIndex = position;
      const found = finder.pattern.exec(text);
      if (!found || found.index >= limit) {
        output += text.slice(position, limit);
        this.#held = text.slice(limit);
        this.#context = text.slice(Math.max(0, limit - lookBehindLength), limit);
        return output;
      }
      output += text.slice(position, found.index) + finder.replacement(found);
      position = finder.pattern.lastIndex;
      if (limit < position) limit = finder.cutOffAt(text, position);
    }
  }
}
