import { z } from 'zod';
import { rowId, sha256 } from './columns.ts';
import type { Connection } from './connection.ts';

const common = {
  id: rowId,
  datasetId: rowId,
  /** Below the dataset's root, with forward slashes on every platform. */
  relativePath: z.string(),
};

const size = z.int().positive();

const readableFile = z.object({
  ...common,
  status: z.literal('readable'),
  sizeBytes: z.int().nonnegative(),
  /** As the file system gives it, fraction included, so that an unchanged file compares equal. */
  modifiedMs: z.number(),
  sha256,
  format: z.string(),
  width: size,
  height: size,
  channels: size,
  bitDepth: size,
  label: z.string().nullable(),
  /** What is held out together has the same one; null for a file that is a group of its own. */
  groupKey: z.string().nullable(),
});

const rejectedFile = z.object({
  ...common,
  status: z.enum(['skipped', 'broken']),
  /** Why, as a sentence for the user. */
  reason: z.string(),
});

const fileRow = z.discriminatedUnion('status', [readableFile, rejectedFile]);

export type ReadableFile = z.infer<typeof readableFile>;
export type RejectedFile = z.infer<typeof rejectedFile>;
export type FileRecord = ReadableFile | RejectedFile;
export type FileStatus = FileRecord['status'];

/** What a scan has found out about one file; an entry of a folder's scan fits as it is. */
export type FileFinding =
  Omit<ReadableFile, 'id' | 'datasetId' | 'groupKey'> | Omit<RejectedFile, 'id' | 'datasetId'>;

const SELECT = `SELECT id, dataset_id AS datasetId, relative_path AS relativePath, sha256, size_bytes AS sizeBytes,
  modified_ms AS modifiedMs, status, reason, format, width, height, channels, bit_depth AS bitDepth, label, group_key AS groupKey FROM file`;

const MATCHES = `dataset_id = @datasetId AND (@status IS NULL OR status = @status)
  AND (@search = '' OR instr(lower(relative_path), lower(@search)) > 0)`;

const UPSERT = `INSERT INTO file (dataset_id, relative_path, sha256, size_bytes, modified_ms, status, reason, format,
    width, height, channels, bit_depth, label, seen_at)
  VALUES (@datasetId, @relativePath, @sha256, @sizeBytes, @modifiedMs, @status, @reason, @format,
    @width, @height, @channels, @bitDepth, @label, @scannedAt)
  ON CONFLICT (dataset_id, relative_path) DO UPDATE SET sha256 = excluded.sha256, size_bytes = excluded.size_bytes,
    modified_ms = excluded.modified_ms, status = excluded.status, reason = excluded.reason, format = excluded.format,
    width = excluded.width, height = excluded.height, channels = excluded.channels, bit_depth = excluded.bit_depth,
    label = excluded.label,
    group_key = CASE WHEN sha256 IS excluded.sha256 THEN group_key END, seen_at = excluded.seen_at`;

/** What a rejected file leaves empty. */
const UNKNOWN = {
  sizeBytes: null,
  modifiedMs: null,
  sha256: null,
  format: null,
  width: null,
  height: null,
  channels: null,
  bitDepth: null,
  label: null,
};

/** Rows fetched at a time while iterating: bounds memory, and leaves the connection free for writes in between. */
const PAGE_SIZE = 1000;

export class FileRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Saves what a scan has found, in one transaction; a file known by its path keeps its id.
   * @param scannedAt UTC ISO time at which the whole scan began, the same for all of its batches
   */
  upsertBatch(datasetId: number, findings: readonly FileFinding[], scannedAt: string): void {
    this.#connection.transaction(() => {
      for (const finding of findings) {
        this.#connection.run(UPSERT, { ...UNKNOWN, reason: null, ...finding, datasetId, scannedAt });
      }
    });
  }

  /** Marks the files that the scan begun at `scannedAt` did not meet as skipped; earlier results keep their labels. @returns how many */
  markMissing(datasetId: number, scannedAt: string): number {
    const { changes } = this.#connection.run(
      `UPDATE file SET status = 'skipped', reason = 'It was no longer in the folder at the last scan.'
        WHERE dataset_id = @datasetId AND seen_at < @scannedAt`,
      { datasetId, scannedAt },
    );
    return changes;
  }

  /** The file at that path, or undefined. */
  find(datasetId: number, relativePath: string): FileRecord | undefined {
    return this.#connection.get(
      fileRow,
      `${SELECT} WHERE dataset_id = @datasetId AND relative_path = @relativePath`,
      { datasetId, relativePath },
    );
  }

  get(id: number): FileRecord | undefined {
    return this.#connection.get(fileRow, `${SELECT} WHERE id = @id`, { id });
  }

  /**
   * At most `limit` files in order of their paths, which does not depend on the order of the scan.
   * @param after the last path of the page before
   */
  page(datasetId: number, page: { limit: number; after?: string; status?: FileStatus }): FileRecord[] {
    return this.#connection.all(
      fileRow,
      `${SELECT} WHERE dataset_id = @datasetId AND relative_path > @after AND (@status IS NULL OR status = @status)
        ORDER BY relative_path LIMIT @limit`,
      { datasetId, after: page.after ?? '', status: page.status ?? null, limit: page.limit },
    );
  }

  /** All files in order of their paths, never more than a page of them in memory; the store stays usable meanwhile. */
  *iterate(datasetId: number, status?: FileStatus): Generator<FileRecord, void> {
    let after = '';
    for (;;) {
      const files = this.page(datasetId, { limit: PAGE_SIZE, after, ...(status && { status }) });
      yield* files;
      const last = files.at(-1);
      if (last === undefined) return;
      after = last.relativePath;
    }
  }

  /** The readable files alone, as {@link iterate}. */
  *readable(datasetId: number): Generator<ReadableFile, void> {
    for (const file of this.iterate(datasetId, 'readable')) if (file.status === 'readable') yield file;
  }

  /** Sets the groups of files, by their ids, in one transaction. */
  setGroups(groups: Iterable<readonly [fileId: number, groupKey: string | null]>): void {
    this.#connection.transaction(() => {
      for (const [id, groupKey] of groups) {
        this.#connection.run('UPDATE file SET group_key = @groupKey WHERE id = @id', { id, groupKey });
      }
    });
  }

  /** How many groups the readable files fall into. */
  countGroups(datasetId: number): number {
    const row = this.#connection.get(
      z.object({ groups: z.int() }),
      `SELECT count(DISTINCT group_key) + sum(group_key IS NULL) AS groups FROM file
        WHERE dataset_id = @datasetId AND status = 'readable' HAVING count(*) > 0`,
      { datasetId },
    );
    return row?.groups ?? 0;
  }

  /**
   * A page of the files in order of their paths, and how many there are.
   * @param search part of the path; '' for all
   */
  search(
    datasetId: number,
    page: { status: FileStatus | null; search: string; offset: number; limit: number },
  ): { total: number; rows: FileRecord[] } {
    const { status, search, offset, limit } = page;
    const matching = { datasetId, status, search };
    const counted = this.#connection.get(
      z.object({ total: z.int() }),
      `SELECT count(*) AS total FROM file WHERE ${MATCHES}`,
      matching,
    );
    const rows = this.#connection.all(
      fileRow,
      `${SELECT} WHERE ${MATCHES} ORDER BY relative_path LIMIT @limit OFFSET @offset`,
      { ...matching, offset, limit },
    );
    return { total: counted?.total ?? 0, rows };
  }

  countsByStatus(datasetId: number): Record<FileStatus, number> {
    const counts = { readable: 0, skipped: 0, broken: 0 };
    const rows = this.#connection.all(
      z.object({ status: z.enum(['readable', 'skipped', 'broken']), count: size }),
      'SELECT status, count(*) AS count FROM file WHERE dataset_id = @datasetId GROUP BY status',
      { datasetId },
    );
    for (const { status, count } of rows) counts[status] = count;
    return counts;
  }

  /** How many readable files carry each label, by label; those without one come first, with label null. */
  countsByLabel(datasetId: number): { label: string | null; count: number }[] {
    return this.#connection.all(
      z.object({ label: z.string().nullable(), count: size }),
      `SELECT label, count(*) AS count FROM file WHERE dataset_id = @datasetId AND status = 'readable'
        GROUP BY label ORDER BY label`,
      { datasetId },
    );
  }
}
