import type { BlobHash } from '../../engine/ports/journal.ts';
import { referencesIn } from '../references.ts';
import { readBlob, textIn } from './blobs.ts';
import type { Database } from './database.ts';

/**
 * The blobs that rows of runs, turns and the inbox refer to, found page by page so that others can write
 * in between. Rows are only added, under numbers that are not given again: what came since the last page
 * is the next page, and inside a transaction `rest` makes the marks complete.
 */
export class Marks {
  readonly #database: Database;
  readonly #ignored: ReadonlySet<number>;
  /** Blobs that refer to nothing, as moved texts. */
  readonly #leaves = new Set<BlobHash>();
  /** Blobs whose own references are marked too. */
  readonly #opened = new Set<BlobHash>();
  readonly #sources: readonly Source[];

  /** @param ignored numbers of runs that count as gone */
  constructor(database: Database, ignored: ReadonlySet<number> = new Set()) {
    this.#database = database;
    this.#ignored = ignored;
    this.#sources = queries.map((query) => ({ query, last: 0 }));
  }

  has(hash: BlobHash): boolean {
    return this.#leaves.has(hash) || this.#opened.has(hash);
  }

  /** Marks what one page of rows refers to; false when there was no row left. */
  page(): boolean {
    return this.#sources.some((source) => this.#pageOf(source));
  }

  /** Marks everything there is. */
  rest(): void {
    while (this.page());
  }

  #pageOf(source: Source): boolean {
    const rows = this.#database.all<Row>(source.query, source.last, pageSize);
    for (const { number, run, texts } of rows) {
      source.last = number;
      if (!this.#ignored.has(run)) this.#mark(texts);
    }
    return rows.length > 0;
  }

  #mark(json: string): void {
    const texts = [json];
    for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
      for (const { hash, isContainer } of referencesIn(text)) {
        if (!isContainer) this.#leaves.add(hash);
        else if (!this.#opened.has(hash)) {
          this.#opened.add(hash);
          const content = textIn(readBlob(this.#database, hash));
          if (content !== undefined) texts.push(content);
        }
      }
    }
  }
}

interface Source {
  readonly query: string;
  /** Number of the last row seen. */
  last: number;
}

interface Row {
  readonly number: number;
  readonly run: number;
  readonly texts: string;
}

/** Rows of at most 64 KB each. */
const pageSize = 128;

const queries = [
  `select number, number as run, json_quote(bundle) || settings as texts from run where number > ? order by number limit ?`,
  `select seq as number, run, payload as texts from turn where seq > ? order by seq limit ?`,
  `select seq as number, run, command as texts from inbox where seq > ? order by seq limit ?`,
];
