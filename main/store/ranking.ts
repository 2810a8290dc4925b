import { z } from 'zod';
import { rowId } from './columns.ts';
import type { Connection } from './connection.ts';
import { type Verdict, verdict } from './decisions.ts';
import { partColumns } from './file-records.ts';
import { type FileColumns, IdList, type RankingFilter, type RankingSort, listOf } from './ranked-files.ts';
import { StoreError } from './store-error.ts';

export type { RankingFilter, RankingSort } from './ranked-files.ts';

/** The images of a run that have a score, filtered and sorted. */
export interface RankingList {
  readonly runId: number;
  readonly name: string;
  /** What `aboveThreshold` compares with; where it is null, no image is on either side. */
  readonly threshold: number | null;
  readonly filter: RankingFilter;
  readonly sort: RankingSort;
}

const rankedCase = z.object({
  fileId: rowId,
  relativePath: z.string(),
  ...partColumns,
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
  ...partColumns,
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
  valuesOfFiles: `SELECT s.file_id, s.value FROM score s WHERE ${OF_SCORE}`,
  values: `SELECT s.value FROM score s WHERE ${OF_SCORE} ORDER BY s.value DESC`,
  countAbove: `SELECT count(*) AS count FROM score s WHERE ${OF_SCORE} AND s.value > @value`,
  countFailures: 'SELECT count(*) AS count FROM screened_file WHERE run_id = @runId AND failure IS NOT NULL',
  // The page's ids drive the loops, in their order; everything else is found by its key.
  rows: `SELECT s.file_id AS fileId, f.relative_path AS relativePath, f.frame, f.plane, f.frames, f.label, s.value, d.verdict, d.note
    FROM json_each(@ids) j CROSS JOIN score s ON s.file_id = j.value CROSS JOIN file f ON f.id = j.value
      LEFT JOIN decision_in_force d ON d.run_id = @runId AND d.file_id = j.value
    WHERE ${OF_SCORE} ORDER BY j.key`,
  paths:
    'SELECT id, relative_path FROM file WHERE dataset_id = @datasetId ORDER BY relative_path, frame, plane',
  labels: 'SELECT id, label FROM file WHERE dataset_id = @datasetId AND label IS NOT NULL',
  inForce: `SELECT file_id, verdict FROM decision_in_force WHERE run_id = @runId AND verdict IS NOT NULL`,
  // The plus keeps SQLite from reading all decisions of the run by their index: the new ones are few.
  decidedSince: 'SELECT file_id, verdict FROM decision WHERE id > @after AND +run_id = @runId ORDER BY id',
};

const runState = z.object({
  datasetId: rowId,
  status: z.string(),
  claimedAt: z.string(),
  scannedAt: z.string().nullable(),
});

const isNumber = (value: unknown) => typeof value === 'number';
const isIdWithText = (row: unknown): row is [number, string] =>
  Array.isArray(row) && isNumber(row[0]) && typeof row[1] === 'string';
const isIdWithNumber = (row: unknown): row is [number, number] =>
  Array.isArray(row) && isNumber(row[0]) && isNumber(row[1]);
const isIdWithVerdict = (row: unknown): row is [number, Verdict | null] =>
  Array.isArray(row) && isNumber(row[0]) && (row[1] === null || verdict.safeParse(row[1]).success);

/** Lists kept for scrolling and going back: those of a few views. */
const MOST_LISTS = 8;
/** Runs and datasets whose columns are kept. */
const MOST_COLUMNS = 4;

interface Labels {
  readonly byFile: ReadonlyMap<number, string>;
  /** Sorted. */
  readonly names: readonly string[];
}

interface Decided {
  /** The last decision that is in. */
  readonly upTo: number;
  readonly verdicts: Map<number, Verdict>;
}

/**
 * Triage lists: the cases of a screening by a score, filtered and sorted. What orders and filters look at is kept in memory
 * for as long as it stays true, so that a list takes one pass over it and a page of it costs its own length. A screening
 * that runs is read again after each change; decisions, which are only ever added, are read on from the last; and paths and
 * labels, after each scan: a path never changes, and its label follows from it.
 */
export class RankingRepository {
  readonly #connection: Connection;
  readonly #orders = new Kept<IdList>(MOST_COLUMNS);
  readonly #files = new Kept<FileColumns>(MOST_COLUMNS);
  readonly #labels = new Kept<Labels>(MOST_COLUMNS);
  readonly #decided = new Kept<Decided>(MOST_COLUMNS);
  readonly #lists = new Kept<IdList>(MOST_LISTS);

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** A part of a list, and how long the whole is. */
  page(
    list: RankingList,
    { offset, limit }: { offset: number; limit: number },
  ): { total: number; rows: RankedCase[] } {
    const { runId, name } = list;
    const all = this.#list(list);
    const order = this.#order(runId, name);
    const ids = JSON.stringify([...all.ids.subarray(offset, offset + limit)]);
    const rows = this.#connection.all(rankedCase, RANKING_SQL.rows, { runId, name, ids });
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

  /** The file after this one in a list; null at its end, and where it is not in it. */
  next(list: RankingList, fileId: number): number | null {
    const all = this.#list(list);
    const index = all.indexOf(fileId);
    return index < 0 ? null : (all.ids[index + 1] ?? null);
  }

  /** The place of a file by a score, from 1; null where it has none. `of`: how many have one. */
  rankOf(runId: number, name: string, fileId: number): { rank: number | null; of: number } {
    const order = this.#order(runId, name);
    const index = order.indexOf(fileId);
    return { rank: index < 0 ? null : index + 1, of: order.length };
  }

  /** How many images have the score, how many of them more than the threshold, and how they were decided upon. */
  counts(
    runId: number,
    name: string,
    threshold: number | null,
  ): Record<Verdict | 'undecided' | 'scored', number> & { aboveThreshold: number | null } {
    const order = this.#order(runId, name);
    const counts = { flag: 0, clear: 0, unsure: 0 };
    for (const [fileId, each] of this.#verdicts(runId)) {
      if (order.indexOf(fileId) >= 0) counts[each] += 1;
    }
    const { flag, clear, unsure } = counts;
    return {
      scored: order.length,
      aboveThreshold: threshold === null ? null : this.countAbove(runId, name, threshold),
      undecided: order.length - flag - clear - unsure,
      ...counts,
    };
  }

  /** How many images have the score. */
  countScored(runId: number, name: string): number {
    return this.#order(runId, name).length;
  }

  countFailures(runId: number): number {
    const row = this.#connection.get(z.object({ count: z.int() }), RANKING_SQL.countFailures, { runId });
    return row?.count ?? 0;
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

  /** The labels of the run's dataset, sorted. */
  labels(runId: number): string[] {
    return [...this.#labelsOf(this.#state(runId)).names];
  }

  /** One score of the images that have one of these labels, or another one; those without a label are left out. */
  valuesByLabel(
    runId: number,
    name: string,
    labels: readonly string[],
  ): { among: number[]; others: number[] } {
    const wanted = new Set(labels);
    const { byFile } = this.#labelsOf(this.#state(runId));
    const among: number[] = [];
    const others: number[] = [];
    for (const [fileId, value] of this.#connection.tuples(isIdWithNumber, RANKING_SQL.valuesOfFiles, {
      runId,
      name,
    })) {
      const label = byFile.get(fileId);
      if (label !== undefined) (wanted.has(label) ? among : others).push(value);
    }
    return { among, others };
  }

  /** A file that the run is done with, or undefined. */
  caseFile(runId: number, fileId: number): CaseFile | undefined {
    return this.#connection.get(
      caseFile,
      `SELECT f.id AS fileId, f.dataset_id AS datasetId, f.relative_path AS relativePath, f.frame, f.plane, f.frames, f.label, f.status, f.format,
          f.width, f.height, f.channels, f.bit_depth AS bitDepth, f.sha256 IS NOT d.sha256 AS contentChanged, d.failure
        FROM screened_file d JOIN file f ON f.id = d.file_id WHERE d.run_id = @runId AND d.file_id = @fileId`,
      { runId, fileId },
    );
  }

  #list(list: RankingList): IdList {
    const { runId, name, threshold, filter, sort } = list;
    const order = this.#order(runId, name);
    const state = this.#state(runId);
    const { upTo } = this.#decisions(runId);
    const usesVerdicts = filter.verdicts.length > 0 || sort.by === 'verdict';
    const stamp = JSON.stringify([
      orderStamp(state, this.#connection),
      state.scannedAt,
      usesVerdicts && upTo,
    ]);
    return this.#lists.get(JSON.stringify(list), stamp, () =>
      listOf(
        {
          order,
          aboveThreshold: () => (threshold === null ? null : this.countAbove(runId, name, threshold)),
          files: () => this.#filesOf(state),
          labels: () => this.#labelsOf(state).byFile,
          verdicts: () => this.#verdicts(runId),
        },
        filter,
        sort,
      ),
    );
  }

  /** The ids of all images that have the score, the most anomalous first. */
  #order(runId: number, name: string): IdList {
    const stamp = orderStamp(this.#state(runId), this.#connection);
    return this.#orders.get(JSON.stringify([runId, name]), stamp, () => {
      return new IdList(Float64Array.from(this.#connection.numbers(RANKING_SQL.order, { runId, name })));
    });
  }

  #filesOf({ datasetId, scannedAt }: RunState): FileColumns {
    return this.#files.get(String(datasetId), String(scannedAt), () => {
      const rows = this.#connection.tuples(isIdWithText, RANKING_SQL.paths, { datasetId });
      return { ids: Float64Array.from(rows, ([id]) => id), paths: rows.map(([, path]) => path) };
    });
  }

  #labelsOf({ datasetId, scannedAt }: RunState): Labels {
    return this.#labels.get(String(datasetId), String(scannedAt), () => {
      const byFile = new Map(this.#connection.tuples(isIdWithText, RANKING_SQL.labels, { datasetId }));
      return { byFile, names: [...new Set(byFile.values())].sort() };
    });
  }

  #verdicts(runId: number): ReadonlyMap<number, Verdict> {
    return this.#decisions(runId).verdicts;
  }

  #decisions(runId: number): Decided {
    const before = this.#decided.peek(String(runId));
    const upTo = this.#lastDecision();
    if (before?.upTo === upTo) return before;
    const rows =
      before === undefined
        ? this.#connection.tuples(isIdWithVerdict, RANKING_SQL.inForce, { runId })
        : this.#connection.tuples(isIdWithVerdict, RANKING_SQL.decidedSince, { runId, after: before.upTo });
    const verdicts = before?.verdicts ?? new Map<number, Verdict>();
    for (const [fileId, given] of rows) {
      if (given === null) verdicts.delete(fileId);
      else verdicts.set(fileId, given);
    }
    // What was decided between the two queries is read again next time, which changes nothing.
    return this.#decided.set(String(runId), { upTo, verdicts });
  }

  #lastDecision(): number {
    const row = this.#connection.get(
      z.object({ id: z.int() }),
      'SELECT coalesce(max(id), 0) AS id FROM decision',
    );
    return row?.id ?? 0;
  }

  #state(runId: number): RunState {
    const state = this.#connection.get(
      runState,
      `SELECT r.dataset_id AS datasetId, r.status, r.claimed_at AS claimedAt, d.last_scanned_at AS scannedAt
        FROM run r JOIN dataset d ON d.id = r.dataset_id WHERE r.id = @runId`,
      { runId },
    );
    if (state !== undefined) return state;
    throw new StoreError('not-found', `There is no screening with the number ${runId}.`);
  }
}

type RunState = z.infer<typeof runState>;

/** Scores are saved only while a run is worked on. */
function orderStamp({ status, claimedAt }: RunState, connection: Connection): string {
  return status === 'running' ? `running ${connection.version()}` : `${status} ${claimedAt}`;
}

/** Values by key that are true under a stamp; least recently used out first. */
class Kept<T> {
  readonly #most: number;
  // A Map keeps insertion order: its first entry is the least recently used one.
  readonly #entries = new Map<string, { stamp: string; value: T }>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string, stamp: string, make: () => T): T {
    const found = this.#entries.get(key);
    return this.set(key, found?.stamp === stamp ? found.value : make(), stamp);
  }

  peek(key: string): T | undefined {
    return this.#entries.get(key)?.value;
  }

  set(key: string, value: T, stamp = ''): T {
    this.#entries.delete(key);
    this.#entries.set(key, { stamp, value });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > this.#most && oldest !== undefined) this.#entries.delete(oldest);
    return value;
  }
}
