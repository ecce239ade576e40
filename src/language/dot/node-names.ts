import type { IToken } from 'chevrotain';
import { decodeString } from './literal.ts';
import { Identifier, StringLiteral } from './tokens.ts';

const identifier = /^[A-Za-z_]\w*$/;
const keywords: ReadonlySet<string> = new Set(['graph', 'node', 'edge', 'subgraph', 'digraph']);

/** True for an id that the grammar can express (2.2). */
export function isNodeId(text: string): boolean {
  return identifier.test(text) && !keywords.has(text);
}

/** The identifier nearest to a text: accents are taken off, everything else becomes underscores. */
export function identifierLike(text: string): string {
  const plain = text.normalize('NFD').replace(/\p{M}+/gu, '');
  const cleaned = plain.replace(/[^A-Za-z0-9_]+/g, '_').replace(/^_+|_+$/g, '');
  const short = cleaned.slice(0, 40);
  if (keywords.has(short)) return `${short}_1`;
  return /^[A-Za-z_]/.test(short) ? short : `node_${short || '1'}`;
}

/**
 * Ids of the grammar for nodes that a text calls otherwise, each its own: none is that of another node
 * of the text, and a name gets the same one wherever it stands.
 */
export class NodeNames {
  readonly #tokens: readonly IToken[];
  /** What the text calls nodes by itself; collected when it is asked for, since most texts need no other names. */
  #taken: Set<string> | undefined;
  readonly #given = new Map<string, string>();

  constructor(tokens: readonly IToken[]) {
    this.#tokens = tokens;
  }

  idOf(name: string): string {
    if (isNodeId(name)) return name;
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    const id = this.#free(identifierLike(name));
    this.#given.set(name, id);
    return id;
  }

  /** Ids by the names they stand for. */
  get given(): ReadonlyMap<string, string> {
    return this.#given;
  }

  #free(id: string): string {
    const taken = (this.#taken ??= new Set(this.#tokens.flatMap(plainName)));
    let free = id;
    for (let number = this.#next(id); taken.has(free); number += 1) {
      free = `${id}_${number}`;
      this.#numbers.set(id, number + 1);
    }
    taken.add(free);
    return free;
  }

  // Where counting goes on, so that many names alike are not tried against each other.
  readonly #numbers = new Map<string, number>();

  #next(id: string): number {
    return this.#numbers.get(id) ?? 2;
  }
}

function plainName({ tokenType, image }: IToken): readonly string[] {
  if (tokenType === Identifier) return [image];
  if (tokenType !== StringLiteral || image.length > 200) return [];
  const { text } = decodeString(image);
  return isNodeId(text) ? [text] : [];
}
