import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { statSync } from 'node:fs';
import { StorageError, translateError } from './storage-error.ts';

/** One connection to a SQLite file. The only file that imports the driver; it throws our errors, or `BusyError`. */
export class Database {
  readonly path: string;
  readonly #connection: DatabaseSync;
  readonly #inode: number | undefined;
  /** Preparing costs more than running: each text is prepared once. */
  readonly #statements = new Map<string, StatementSync>();

  constructor(path: string, options: { readonly readOnly?: boolean } = {}) {
    this.path = path;
    // The driver's own waiting would freeze the event loop: timeout 0, and `retryWhileBusy` around it.
    this.#connection = this.#guard(
      () => new DatabaseSync(path, { timeout: 0, readOnly: options.readOnly ?? false, allowExtension: false }),
    );
    this.#inode = inodeOf(path);
  }

  /** Throws when the file was moved or deleted: what is written from then on would be lost with it, without an error. */
  assertInPlace(): void {
    if (inodeOf(this.path) === this.#inode) return;
    throw new StorageError(
      'JOURNAL_UNAVAILABLE',
      `The journal ${this.path} was moved or deleted while it was in use.`,
      {
        hint: 'Put the file back, or start the run anew.',
        details: { path: this.path },
      },
    );
  }

  /** Rows are typed by the caller: STRICT tables hold what the schema says. */
  get<Row extends object = object>(sql: string, ...values: readonly SQLInputValue[]): Readonly<Row> | undefined {
    return this.#guard(() => this.#statement(sql).get(...values) as Readonly<Row> | undefined);
  }

  all<Row extends object>(sql: string, ...values: readonly SQLInputValue[]): Row[] {
    return this.#guard(() => this.#statement(sql).all(...values) as Row[]);
  }

  run(sql: string, ...values: readonly SQLInputValue[]): { readonly changes: number; readonly lastId: number } {
    const { changes, lastInsertRowid } = this.#guard(() => this.#statement(sql).run(...values));
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /** Runs several statements; for schema changes. */
  exec(sql: string): void {
    this.#guard(() => this.#connection.exec(sql));
  }

  get inTransaction(): boolean {
    return this.#connection.isTransaction;
  }

  close(): void {
    this.#statements.clear();
    if (this.#connection.isOpen) this.#guard(() => this.#connection.close());
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#connection.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #guard<T>(action: () => T): T {
    try {
      return action();
    } catch (error) {
      throw translateError(error, this.path);
    }
  }
}

function inodeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.ino;
}
