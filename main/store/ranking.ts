import { z } from 'zod';
import { rowId } from './columns.ts';
import type { Connection, SqlParameters } from './connection.ts';
import { type RankingList, listSql } from './ranking-list.ts';

export type { RankingFilter, RankingList, RankingSort } from './ranking-list.ts';

const verdict = z.enum(['flag', 'clear', 'unsure']);

const rankedCase = z.object({
  fileId: rowId,
  relativePath: z.string(),
  label: z.string().nullable(),
  value: z.number(),
  verdict: verdict.nullable(),
  note: z.string().nullable(),
});

export type RankedCase = z.infer<typeof rankedCase> & {
  /** From 1, the most anomalous first, among all images of the run that have the score. */
  readonly rank: number;
};

const caseFile = z.object({
  fileId: rowId,
  datasetId: rowId,
  relativePath: z.string(),
  label: z.string().nullable(),
  status: z.enum(['readable', 'skipped', 'broken']),
  format: z.string().nullable(),
  width: z.int().nullable(),
  height: z.int().nullable(),
  channels: z.int().nullable(),
  bitDepth: z.int().nullable(),
  /** The file's content is no longer what was scored. */
  contentChanged: z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1),
  /** Why it was not scored, or not with every score. */
  failure: z.string().nullable(),
});

/** A file as a run has it; what a file that can no longer be read leaves unknown is null. */
export type CaseFile = z.infer<typeof caseFile>;

const OF_SCORE = `s.run_id = @runId AND s.tile = 0 AND s.name_id = (SELECT id FROM score_name WHERE name = @name)`;

/** Exported so that a test can ask SQLite for the plans. */
export const RANKING_SQL = {
  order: `SELECT s.file_id FROM score s WHERE ${OF_SCORE} ORDER BY s.value DESC, s.file_id`,
  values: `SELECT s.value FROM score s WHERE ${OF_SCORE} ORDER BY s.value DESC`,
  countAbove: `SELECT count(*) AS count FROM score s WHERE ${OF_SCORE} AND s.value > @value`,
  // The page's ids drive the loops, in their order; everything else is found by its key.
  rows: `SELECT s.file_id AS fileId, f.relative_path AS relativePath, f.label, s.value, d.verdict, d.note
    FROM json_each(@ids) j CROSS JOIN score s ON s.file_id = j.value CROSS JOIN file f ON f.id = j.value
      LEFT JOIN decision_in_force d ON d.run_id = @runId AND d.file_id = j.value
    WHERE ${OF_SCORE} ORDER BY j.key`,
  verdicts: `SELECT d.verdict, count(*) AS count FROM decision_in_force d CROSS JOIN score s ON s.file_id = d.file_id
    WHERE d.run_id = @runId AND d.verdict IS NOT NULL AND ${OF_SCORE} GROUP BY d.verdict`,
  labelled: (among: boolean) => `SELECT s.value FROM score s CROSS JOIN file f ON f.id = s.file_id
    WHERE ${OF_SCORE} AND f.label ${among ? 'IN' : 'NOT IN'} (SELECT value FROM json_each(@labels))`,
};

/** Lists kept for scrolling and going back: those of a few views. */
const MOST_LISTS = 8;

/**
 * Triage lists: the cases of a screening by a score, filtered and sorted. The ids of a list in their order are read once
 * and kept until anybody changes the database, so that a page at any depth costs its own length.
 */
export class RankingRepository {
  readonly #connection: Connection;
  /** By the list's description; least recently used first. */
  readonly #lists = new Map<string, IdList>();
  #version = '';

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A part of a list, and how long the whole is. */
  page(
    list: RankingList,
    { offset, limit }: { offset: number; limit: number },
  ): { total: number; rows: RankedCase[] } {
    const all = this.#list(list);
    const order = this.#order(list);
    const ids = all.slice(offset, offset + limit);
    const rows = this.#connection.all(rankedCase, RANKING_SQL.rows, {
      runId: list.runId,
      name: list.name,
      ids: JSON.stringify(ids),
    });
    return {
      total: all.length,
      rows: rows.map((row) => ({ ...row, rank: order.indexOf(row.fileId) + 1 })),
    };
  }

  /** Where a file is in a list, from 0; null where it is not. */
  position(list: RankingList, fileId: number): number | null {
    const index = this.#list(list).indexOf(fileId);
    return index < 0 ? null : index;
  }

  /** The ids of a list around a position. */
  idsAt(list: RankingList, from: number, count: number): number[] {
    return this.#list(list).slice(Math.max(0, from), Math.max(0, from + count));
  }

  /** The place of a file by a score, from 1; null where it has none. `of`: how many have one. */
  rankOf(runId: number, name: string, fileId: number): { rank: number | null; of: number } {
    const order = this.#order({ runId, name });
    const index = order.indexOf(fileId);
    return { rank: index < 0 ? null : index + 1, of: order.length };
  }

  /** How many images have the score, how many of them more than `value`, and how they were decided upon. */
  counts(
    runId: number,
    name: string,
    threshold: number | null,
  ): {
    scored: number;
    aboveThreshold: number | null;
    undecided: number;
    flag: number;
    clear: number;
    unsure: number;
  } {
    const scored = this.#order({ runId, name }).length;
    const verdicts = { flag: 0, clear: 0, unsure: 0 };
    const rows = this.#connection.all(z.object({ verdict, count: z.int() }), RANKING_SQL.verdicts, {
      runId,
      name,
    });
    for (const row of rows) verdicts[row.verdict] = row.count;
    return {
      scored,
      aboveThreshold: threshold === null ? null : this.countAbove(runId, name, threshold),
      undecided: scored - verdicts.flag - verdicts.clear - verdicts.unsure,
      ...verdicts,
    };
  }

  countAbove(runId: number, name: string, value: number): number {
    const row = this.#connection.get(z.object({ count: z.int() }), RANKING_SQL.countAbove, {
      runId,
      name,
      value,
    });
    return row?.count ?? 0;
  }

  /** One score of every image that has it, descending. */
  values(runId: number, name: string): number[] {
    return this.#connection.numbers(RANKING_SQL.values, { runId, name });
  }

  /** One score of the images that have one of these labels, or another one; those without a label are left out. */
  valuesByLabel(
    runId: number,
    name: string,
    labels: readonly string[],
  ): { among: number[]; others: number[] } {
    const parameters = { runId, name, labels: JSON.stringify(labels) };
    return {
      among: this.#connection.numbers(RANKING_SQL.labelled(true), parameters),
      others: this.#connection.numbers(RANKING_SQL.labelled(false), parameters),
    };
  }

  /** A file that the run is done with, or undefined. */
  caseFile(runId: number, fileId: number): CaseFile | undefined {
    return this.#connection.get(
      caseFile,
      `SELECT f.id AS fileId, f.dataset_id AS datasetId, f.relative_path AS relativePath, f.label, f.status, f.format,
          f.width, f.height, f.channels, f.bit_depth AS bitDepth, f.sha256 IS NOT d.sha256 AS contentChanged, d.failure
        FROM screened_file d JOIN file f ON f.id = d.file_id WHERE d.run_id = @runId AND d.file_id = @fileId`,
      { runId, fileId },
    );
  }

  /** The ids of all images that have the score, the most anomalous first. */
  #order({ runId, name }: { runId: number; name: string }): IdList {
    return this.#kept(RANKING_SQL.order, { runId, name });
  }

  #list(list: RankingList): IdList {
    const { sql, parameters } = listSql(list);
    return this.#kept(sql ?? RANKING_SQL.order, parameters);
  }

  #kept(sql: string, parameters: SqlParameters): IdList {
    const version = this.#connection.version();
    if (version !== this.#version) this.#lists.clear();
    this.#version = version;
    const key = JSON.stringify([sql, parameters]);
    const list = this.#lists.get(key) ?? new IdList(this.#connection.numbers(sql, parameters));
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > MOST_LISTS && oldest !== undefined) this.#lists.delete(oldest);
    return list;
  }
}

/** Ids in an order, with their places found at once. */
class IdList {
  readonly #ids: Float64Array;
  #places: ReadonlyMap<number, number> | null = null;

  constructor(ids: readonly number[]) {
    this.#ids = Float64Array.from(ids);
  }

  get length(): number {
    return this.#ids.length;
  }

  slice(from: number, to: number): number[] {
    return [...this.#ids.subarray(from, to)];
  }

  /** -1 where it is not in the list. */
  indexOf(id: number): number {
    this.#places ??= new Map(Array.from(this.#ids, (each, index) => [each, index]));
    return this.#places.get(id) ?? -1;
  }
}
