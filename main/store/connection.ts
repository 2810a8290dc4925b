import Database from 'better-sqlite3';
import { z } from 'zod';
import { StoreError } from './store-error.ts';
import { translatingSqlite } from './translate-error.ts';

type SqlValue = string | number | null;

/** Values for the `@name` places of a statement. */
export type SqlParameters = Readonly<Record<string, SqlValue>>;

/** Makes `transaction(async …)` a type error: the commit would come before the awaited work. */
export type NotAPromise<T> = T extends PromiseLike<unknown> ? never : T;

/** How long a write waits for another process's transaction before it fails with kind 'busy', in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;
const RETRY_MS = 10;

/**
 * One open SQLite file. Every statement passes here, so that rows are validated on the way out and failures
 * come out as StoreError in one place.
 */
export class Connection {
  readonly file: string;
  readonly #database: Database.Database;
  readonly #busyTimeoutMs: number;
  readonly #statements = new Map<string, Database.Statement<[SqlParameters]>>();

  /** Opens (or creates, empty) the file; nothing is written to it yet. */
  constructor(file: string, busyTimeoutMs: number = BUSY_TIMEOUT_MS) {
    this.file = file;
    this.#busyTimeoutMs = busyTimeoutMs;
    this.#database = translatingSqlite(file, () => new Database(file, { timeout: busyTimeoutMs }));
  }

  /** Runs a statement that returns no rows. */
  run(sql: string, parameters: SqlParameters = {}): { changes: number; id: number } {
    const { changes, lastInsertRowid } = translatingSqlite(this.file, () =>
      this.#prepare(sql).run(parameters),
    );
    return { changes, id: Number(lastInsertRowid) };
  }

  /** All rows, each validated by `schema`. @throws StoreError 'corrupt' when a row does not fit. */
  all<T>(schema: z.ZodType<T>, sql: string, parameters: SqlParameters = {}): T[] {
    const rows = translatingSqlite(this.file, () => this.#prepare(sql).all(parameters));
    return rows.map((row) => this.#validate(schema, row));
  }

  /** The first row, validated by `schema`, or undefined where there is none. */
  get<T>(schema: z.ZodType<T>, sql: string, parameters: SqlParameters = {}): T | undefined {
    const row = translatingSqlite(this.file, () => this.#prepare(sql).get(parameters));
    return row === undefined ? undefined : this.#validate(schema, row);
  }

  /**
   * The first column of all rows, as numbers: for lists too long for a schema to look at each row.
   * @throws StoreError 'corrupt' when one is not a number
   */
  numbers(sql: string, parameters: SqlParameters = {}): number[] {
    const values = translatingSqlite(this.file, () => {
      const statement = this.#prepare(sql).pluck();
      try {
        return statement.all(parameters);
      } finally {
        statement.pluck(false);
      }
    });
    if (values.every((value) => typeof value === 'number')) return values;
    throw this.#corrupt('a list of numbers holds something else');
  }

  /**
   * The columns of all rows as arrays: for lists too long for a schema to look at each row.
   * @throws StoreError 'corrupt' when a row is not what `fits` asks for
   */
  tuples<T extends readonly unknown[]>(
    fits: (row: unknown) => row is T,
    sql: string,
    parameters: SqlParameters = {},
  ): T[] {
    const rows: unknown[] = translatingSqlite(this.file, () => {
      const statement = this.#prepare(sql).raw();
      try {
        return statement.all(parameters);
      } finally {
        statement.raw(false);
      }
    });
    if (rows.every(fits)) return rows;
    throw this.#corrupt('a list holds something else');
  }

  /** Changes with every change that anybody saves in the database: what was read under the same one is still true. */
  version(): string {
    const changes = this.get(z.object({ own: z.int() }), 'SELECT total_changes() AS own');
    return `${String(this.pragma('data_version'))} ${changes?.own ?? 0}`;
  }

  /** Runs a script of several statements without parameters. */
  script(sql: string): void {
    translatingSqlite(this.file, () => this.#database.exec(sql));
  }

  /** The single value of a PRAGMA, or undefined where it returns none. */
  pragma(source: string): unknown {
    return translatingSqlite(this.file, () => this.#database.pragma(source, { simple: true }));
  }

  /**
   * Changes go into a write-ahead log from now on, beside which others can read. SQLite, which otherwise waits for a
   * process that writes, fails at once here: where several begin a database together, one may still be migrating it.
   * @throws StoreError 'busy' when another still writes after the time that a write would wait
   */
  useWriteAheadLog(): void {
    const deadline = Date.now() + this.#busyTimeoutMs;
    for (;;) {
      try {
        this.pragma('journal_mode = WAL');
        return;
      } catch (error) {
        if (!(error instanceof StoreError && error.kind === 'busy') || Date.now() > deadline) throw error;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MS);
      }
    }
  }

  /**
   * Runs `action` in one transaction (nested calls become savepoints) and rolls everything back if it throws.
   * It takes the write lock at once: a transaction that reads first and writes later would fail without waiting
   * when another process has written in between.
   * @throws TypeError when `action` returns a promise
   */
  transaction<T>(action: () => NotAPromise<T>): T {
    return translatingSqlite(this.file, () => this.#database.transaction(action).immediate());
  }

  close(): void {
    translatingSqlite(this.file, () => this.#database.close());
  }

  #prepare(sql: string): Database.Statement<[SqlParameters]> {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const statement = this.#database.prepare<[SqlParameters]>(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  #validate<T>(schema: z.ZodType<T>, row: unknown): T {
    const result = schema.safeParse(row);
    if (result.success) return result.data;
    throw this.#corrupt(z.prettifyError(result.error), { cause: result.error });
  }

  #corrupt(what: string, options?: ErrorOptions): StoreError {
    return new StoreError(
      'corrupt',
      `The database ${this.file} holds a record that cannot be read (${what}); restore the database from a backup.`,
      options,
    );
  }
}
