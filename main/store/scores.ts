import { z } from 'zod';
import { rowId } from './columns.ts';
import type { Connection } from './connection.ts';
import { partColumns } from './file-records.ts';

/** Score name to value; higher is more anomalous. */
export type ScoreValues = Readonly<Record<string, number>>;

/** What came out for one file: scores of the image, and of its tiles where it was tiled; or why there are none. */
export type FileResult =
  | { readonly fileId: number; readonly scores: ScoreValues; readonly tiles?: readonly ScoreValues[] }
  | { readonly fileId: number; readonly failure: string };

const fileOfRun = {
  fileId: rowId,
  relativePath: z.string(),
  ...partColumns,
  label: z.string().nullable(),
};

const rankedFile = z.object({
  ...fileOfRun,
  value: z.number(),
  /** The file's content is no longer what was scored. */
  contentChanged: z.union([z.literal(0), z.literal(1)]).transform((value) => value === 1),
});

const failedFile = z.object({ ...fileOfRun, reason: z.string() });
const labelledValue = z.object({ fileId: rowId, label: z.string().nullable(), value: z.number() });
const screenedFile = z.object({ fileId: rowId });
const tileScore = z.object({ tile: z.int().nonnegative(), name: z.string(), value: z.number() });

export type RankedFile = z.infer<typeof rankedFile>;
export type FailedFile = z.infer<typeof failedFile>;
export type LabelledValue = z.infer<typeof labelledValue>;

// CROSS JOIN fixes the order of the loops: the index walks in rank order and each file is looked up by its id,
// so that a page costs its own length and nothing is sorted.
const RANKED = `SELECT s.file_id AS fileId, f.relative_path AS relativePath, f.frame, f.plane, f.frames, f.label, s.value,
    f.sha256 IS NOT d.sha256 AS contentChanged
  FROM score s CROSS JOIN file f ON f.id = s.file_id
    CROSS JOIN screened_file d ON d.run_id = s.run_id AND d.file_id = s.file_id
  WHERE s.run_id = @runId AND s.tile = 0 AND s.name_id = (SELECT id FROM score_name WHERE name = @name)`;

/** Exported so that a test can ask SQLite for its plan. */
export const RANK_SQL = {
  descending: `${RANKED} ORDER BY s.value DESC, s.file_id LIMIT @limit OFFSET @offset`,
  ascending: `${RANKED} ORDER BY s.value, s.file_id DESC LIMIT @limit OFFSET @offset`,
};

export class ScoreRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Saves the results of whole files in one transaction, replacing earlier ones of the same file in the run.
   * A value that is not finite is left out and the file is listed among the failures too, with the score's name;
   * its finite scores are kept.
   */
  saveBatch(runId: number, results: readonly FileResult[]): void {
    this.#connection.transaction(() => {
      const nameIds = new Map<string, number>();
      for (const result of results) this.#save(runId, result, nameIds);
    });
  }

  /** The files that the run is done with, failed ones included, unless their content has changed since. */
  scoredFileIds(runId: number): Set<number> {
    const rows = this.#connection.all(
      z.object({ id: rowId }),
      `SELECT d.file_id AS id FROM screened_file d JOIN file f ON f.id = d.file_id
        WHERE d.run_id = @runId AND f.sha256 IS d.sha256`,
      { runId },
    );
    return new Set(rows.map((row) => row.id));
  }

  /** Whether the run is done with the file, with or without scores. */
  isScreened(runId: number, fileId: number): boolean {
    const found = this.#connection.get(
      screenedFile,
      'SELECT file_id AS fileId FROM screened_file WHERE run_id = @runId AND file_id = @fileId',
      { runId, fileId },
    );
    return found !== undefined;
  }

  counts(runId: number): { screened: number; failed: number } {
    const row = this.#connection.get(
      z.object({ screened: z.int(), failed: z.int() }),
      'SELECT count(*) AS screened, count(failure) AS failed FROM screened_file WHERE run_id = @runId',
      { runId },
    );
    return row ?? { screened: 0, failed: 0 };
  }

  /** The names of the run's scores, sorted. */
  names(runId: number): string[] {
    const rows = this.#connection.all(
      z.object({ name: z.string() }),
      `SELECT name FROM score_name n
        WHERE EXISTS (SELECT 1 FROM score s WHERE s.run_id = @runId AND s.name_id = n.id AND s.tile = 0)
        ORDER BY name`,
      { runId },
    );
    return rows.map((row) => row.name);
  }

  /** A page of the images by one score, worst first unless `descending` is false; ties in a fixed order. */
  rank(
    runId: number,
    name: string,
    page: { limit: number; offset?: number; descending?: boolean },
  ): RankedFile[] {
    const { limit, offset = 0, descending = true } = page;
    const sql = descending ? RANK_SQL.descending : RANK_SQL.ascending;
    return this.#connection.all(rankedFile, sql, { runId, name, limit, offset });
  }

  /** One score of every image that has it, with the image's label, by file id. */
  values(runId: number, name: string): LabelledValue[] {
    return this.#connection.all(
      labelledValue,
      `SELECT s.file_id AS fileId, f.label, s.value FROM score s JOIN file f ON f.id = s.file_id
        WHERE s.run_id = @runId AND s.tile = 0 AND s.name_id = (SELECT id FROM score_name WHERE name = @name)
        ORDER BY s.file_id`,
      { runId, name },
    );
  }

  /** All scores of one image and, in their order, of its tiles; undefined where the run has none of it. */
  ofFile(runId: number, fileId: number): { scores: ScoreValues; tiles: ScoreValues[] } | undefined {
    const rows = this.#connection.all(
      tileScore,
      `SELECT s.tile, n.name, s.value FROM score s JOIN score_name n ON n.id = s.name_id
        WHERE s.run_id = @runId AND s.file_id = @fileId ORDER BY s.tile, n.name`,
      { runId, fileId },
    );
    if (rows.length === 0) return undefined;
    const byTile = Map.groupBy(rows, (row) => row.tile);
    const [scores = {}, ...tiles] = Array.from({ length: Math.max(...byTile.keys()) + 1 }, (_, tile) =>
      Object.fromEntries((byTile.get(tile) ?? []).map(({ name, value }) => [name, value])),
    );
    return { scores, tiles };
  }

  /** A page of the files that failed in the run, by path. */
  failures(runId: number, page: { limit: number; offset?: number }): FailedFile[] {
    return this.#connection.all(
      failedFile,
      `SELECT d.file_id AS fileId, f.relative_path AS relativePath, f.frame, f.plane, f.frames, f.label, d.failure AS reason
        FROM screened_file d JOIN file f ON f.id = d.file_id
        WHERE d.run_id = @runId AND d.failure IS NOT NULL ORDER BY f.relative_path, f.frame, f.plane LIMIT @limit OFFSET @offset`,
      { runId, limit: page.limit, offset: page.offset ?? 0 },
    );
  }

  #save(runId: number, result: FileResult, nameIds: Map<string, number>): void {
    const { fileId } = result;
    const images = 'failure' in result ? [] : [result.scores, ...(result.tiles ?? [])];
    const values = images.flatMap((scores, tile) =>
      Object.entries(scores).map(([name, value]) => ({ tile, name, value })),
    );
    const failure = 'failure' in result ? result.failure : describeNotFinite(values);
    this.#connection.run('DELETE FROM screened_file WHERE run_id = @runId AND file_id = @fileId', {
      runId,
      fileId,
    });
    this.#connection.run(
      `INSERT INTO screened_file (run_id, file_id, sha256, failure)
        VALUES (@runId, @fileId, (SELECT sha256 FROM file WHERE id = @fileId), @failure)`,
      { runId, fileId, failure },
    );
    for (const { tile, name, value } of values) {
      if (!Number.isFinite(value)) continue;
      this.#connection.run(
        'INSERT INTO score (run_id, file_id, tile, name_id, value) VALUES (@runId, @fileId, @tile, @nameId, @value)',
        { runId, fileId, tile, nameId: this.#nameId(name, nameIds), value },
      );
    }
  }

  #nameId(name: string, known: Map<string, number>): number {
    const knownId = known.get(name);
    if (knownId !== undefined) return knownId;
    const select = () =>
      this.#connection.get(z.object({ id: rowId }), 'SELECT id FROM score_name WHERE name = @name', {
        name,
      })?.id;
    const id = select() ?? this.#connection.run('INSERT INTO score_name (name) VALUES (@name)', { name }).id;
    known.set(name, id);
    return id;
  }
}

function describeNotFinite(values: readonly { tile: number; name: string; value: number }[]): string | null {
  const bad = values.filter(({ value }) => !Number.isFinite(value));
  if (bad.length === 0) return null;
  const parts = bad.map(
    ({ tile, name, value }) => `${name}${tile === 0 ? '' : ` of tile ${tile}`} is ${value}`,
  );
  return `Not every score is a finite number: ${[...new Set(parts)].join(', ')}.`;
}
