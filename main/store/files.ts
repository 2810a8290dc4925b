import { z } from 'zod';
import { rowId, toJson } from './columns.ts';
import type { Connection } from './connection.ts';
import {
  type FileFinding,
  type FilePlace,
  type FileRecord,
  type FileStatus,
  type ImageKind,
  type ReadableFile,
  fileRow,
  imageKind,
  readableFile,
} from './file-records.ts';
import { IDENTITY_COLUMNS, type ImageIdentity, identityOf, isIdentityRow } from './image-identity.ts';

const COLUMNS = `id, dataset_id AS datasetId, relative_path AS relativePath, frame, plane, frames, sha256,
  size_bytes AS sizeBytes, modified_ms AS modifiedMs, status, reason, notes, format, width, height, channels, bit_depth AS bitDepth,
  samples, windowed, label, group_key AS groupKey, modality, sequence, sequence_from AS sequenceFrom, series_description AS seriesDescription,
  patient_key AS patientKey, study_key AS studyKey, series_key AS seriesKey, position, burned_in AS burnedIn, look`;
const SELECT = `SELECT ${COLUMNS} FROM file`;

const count = z.int().positive();

const ORDER = 'relative_path, frame, plane';

const MATCHES = `dataset_id = @datasetId AND (@status IS NULL OR status = @status)
  AND (@search = '' OR instr(lower(relative_path), lower(@search)) > 0)`;

// What a person said of the sequence outlives a scan of the same content.
const UPSERT = `INSERT INTO file (dataset_id, relative_path, frame, plane, frames, sha256, size_bytes, modified_ms, status,
    reason, notes, format, width, height, channels, bit_depth, samples, windowed, label, modality, sequence, sequence_from, series_description,
    patient_key, study_key, series_key, position, burned_in, look, readers, found_at, seen_at)
  VALUES (@datasetId, @relativePath, @frame, @plane, @frames, @sha256, @sizeBytes, @modifiedMs, @status,
    @reason, @notes, @format, @width, @height, @channels, @bitDepth, @samples, @windowed, @label, @modality, @sequence, @sequenceFrom, @seriesDescription,
    @patientKey, @studyKey, @seriesKey, @position, @burnedIn, @look, @readers, @scannedAt, @scannedAt)
  ON CONFLICT (dataset_id, relative_path, frame, plane) DO UPDATE SET frames = excluded.frames, sha256 = excluded.sha256,
    size_bytes = excluded.size_bytes, modified_ms = excluded.modified_ms, status = excluded.status, reason = excluded.reason,
    notes = excluded.notes, format = excluded.format, width = excluded.width, height = excluded.height,
    channels = excluded.channels, bit_depth = excluded.bit_depth, samples = excluded.samples, windowed = excluded.windowed, label = excluded.label,
    group_key = CASE WHEN sha256 IS excluded.sha256 THEN group_key END, modality = excluded.modality,
    sequence = CASE WHEN sequence_from = 'person' AND sha256 IS excluded.sha256 THEN sequence ELSE excluded.sequence END,
    sequence_from = CASE WHEN sequence_from = 'person' AND sha256 IS excluded.sha256 THEN 'person' ELSE excluded.sequence_from END,
    series_description = excluded.series_description, patient_key = excluded.patient_key, study_key = excluded.study_key,
    series_key = excluded.series_key, position = excluded.position, burned_in = excluded.burned_in, look = excluded.look,
    readers = excluded.readers, seen_at = excluded.seen_at`;

/** What a rejected file, or one that says little of itself, leaves empty. */
const UNKNOWN = {
  frame: 0,
  plane: null,
  frames: 1,
  notes: null,
  samples: null,
  windowed: null,
  modality: null,
  sequence: null,
  sequenceFrom: null,
  seriesDescription: null,
  patientKey: null,
  studyKey: null,
  seriesKey: null,
  position: null,
  burnedIn: null,
  look: null,
  sizeBytes: null,
  modifiedMs: null,
  sha256: null,
  format: null,
  width: null,
  height: null,
  channels: null,
  bitDepth: null,
  label: null,
  readers: 0,
};

function columnsOf(finding: FileFinding) {
  const columns = { ...UNKNOWN, reason: null, ...finding };
  return {
    ...columns,
    plane: columns.plane ?? '',
    notes: columns.notes === null ? null : toJson(columns.notes, 'notes of a file'),
    burnedIn: columns.burnedIn === null ? null : Number(columns.burnedIn),
    windowed: columns.windowed === null ? null : Number(columns.windowed),
  };
}

/** More could not be leafed through. */
const MOST_STACKED = 5000;

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
        this.#connection.run(UPSERT, { ...columnsOf(finding), datasetId, scannedAt });
      }
    });
  }

  /** The first image at that path, or undefined. */
  find(datasetId: number, relativePath: string): FileRecord | undefined {
    return this.#connection.get(
      fileRow,
      `${SELECT} WHERE dataset_id = @datasetId AND relative_path = @relativePath ORDER BY frame, plane LIMIT 1`,
      { datasetId, relativePath },
    );
  }

  /** The images of the same series, or of the same file, in order of their place in space; ids, the given one among them. */
  stack(id: number): number[] {
    const rows = this.#connection.all(
      z.object({ id: rowId }),
      `SELECT f.id FROM file f JOIN file t ON t.id = @id AND f.dataset_id = t.dataset_id AND f.plane = t.plane
          AND CASE WHEN t.series_key IS NULL THEN f.relative_path = t.relative_path ELSE f.series_key = t.series_key END
        WHERE f.status = 'readable' OR f.id = t.id ORDER BY f.position, f.relative_path, f.frame LIMIT ${MOST_STACKED}`,
      { id },
    );
    const ids = rows.map((row) => row.id);
    return ids.includes(id) ? ids : [id];
  }

  get(id: number): FileRecord | undefined {
    return this.#connection.get(fileRow, `${SELECT} WHERE id = @id`, { id });
  }

  /**
   * At most `limit` images in order of their paths and their places in the file, which does not depend on the order of the scan.
   * @param after the last one of the page before
   */
  page(
    datasetId: number,
    page: { limit: number; after?: FilePlace | undefined; status?: FileStatus },
  ): FileRecord[] {
    const { relativePath = '', frame = 0, plane = null } = page.after ?? {};
    return this.#connection.all(
      fileRow,
      `${SELECT} WHERE dataset_id = @datasetId AND (${ORDER}) > (@relativePath, @frame, @plane)
        AND (@status IS NULL OR status = @status) ORDER BY ${ORDER} LIMIT @limit`,
      {
        datasetId,
        relativePath,
        frame,
        plane: plane ?? '',
        status: page.status ?? null,
        limit: page.limit,
      },
    );
  }

  /** All files in order of their paths, never more than a page of them in memory; the store stays usable meanwhile. */
  *iterate(datasetId: number, status?: FileStatus): Generator<FileRecord, void> {
    let after: FilePlace | undefined;
    for (;;) {
      const files = this.page(datasetId, { limit: PAGE_SIZE, after, ...(status && { status }) });
      yield* files;
      after = files.at(-1);
      if (after === undefined) return;
    }
  }

  /** The readable files alone, as {@link iterate}. */
  *readable(datasetId: number): Generator<ReadableFile, void> {
    for (const file of this.iterate(datasetId, 'readable')) if (file.status === 'readable') yield file;
  }

  /** The readable images alone, by what they are told apart and grouped by, page by page as {@link iterate}. */
  *identities(datasetId: number): Generator<ImageIdentity, void> {
    let after: Pick<ImageIdentity, 'relativePath' | 'frame' | 'plane'> = {
      relativePath: '',
      frame: 0,
      plane: null,
    };
    for (;;) {
      const { relativePath, frame, plane } = after;
      const page = this.#connection.tuples(
        isIdentityRow,
        `SELECT ${IDENTITY_COLUMNS} FROM file
          WHERE dataset_id = @datasetId AND status = 'readable' AND (${ORDER}) > (@relativePath, @frame, @plane)
          ORDER BY ${ORDER} LIMIT ${PAGE_SIZE}`,
        { datasetId, relativePath, frame, plane: plane ?? '' },
      );
      const images = page.map(identityOf);
      yield* images;
      const last = images.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  /** Whether any of the readable images says whose it is. */
  knowsPatients(datasetId: number): boolean {
    const row = this.#connection.get(
      z.object({ known: z.int() }),
      `SELECT EXISTS (SELECT 1 FROM file
        WHERE dataset_id = @datasetId AND status = 'readable' AND patient_key IS NOT NULL) AS known`,
      { datasetId },
    );
    return row?.known === 1;
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
      `${SELECT} WHERE ${MATCHES} ORDER BY ${ORDER} LIMIT @limit OFFSET @offset`,
      { ...matching, offset, limit },
    );
    return { total: counted?.total ?? 0, rows };
  }

  countsByStatus(datasetId: number): Record<FileStatus, number> {
    const counts = { readable: 0, skipped: 0, broken: 0 };
    const rows = this.#connection.all(
      z.object({ status: z.enum(['readable', 'skipped', 'broken']), count }),
      'SELECT status, count(*) AS count FROM file WHERE dataset_id = @datasetId GROUP BY status',
      { datasetId },
    );
    for (const { status, count } of rows) counts[status] = count;
    return counts;
  }

  /** At most so many readable images, spread evenly over the dataset in the order of {@link page}. @param label of them; null for all */
  spread(datasetId: number, label: string | null, most: number): ReadableFile[] {
    const matching = `FROM file WHERE dataset_id = @datasetId AND status = 'readable' AND (@label IS NULL OR label = @label)`;
    const row = this.#connection.get(z.object({ total: z.int() }), `SELECT count(*) AS total ${matching}`, {
      datasetId,
      label,
    });
    const total = row?.total ?? 0;
    const count = Math.min(most, total);
    return Array.from({ length: count }, (_, index) => Math.floor(((index + 0.5) * total) / count)).flatMap(
      (offset) =>
        this.#connection.all(
          readableFile,
          `SELECT ${COLUMNS} ${matching} ORDER BY ${ORDER} LIMIT 1 OFFSET @offset`,
          { datasetId, label, offset },
        ),
    );
  }

  /** What kinds of images the dataset holds, the most common first. @param label of them; null for all */
  kinds(datasetId: number, label: string | null): ImageKind[] {
    return this.#connection.all(
      imageKind,
      `SELECT format, width, height, channels, bit_depth AS bitDepth, samples, windowed, modality, sequence, count(*) AS count
        FROM file WHERE dataset_id = @datasetId AND status = 'readable' AND (@label IS NULL OR label = @label)
        GROUP BY format, width, height, channels, bit_depth, samples, windowed, modality, sequence
        ORDER BY count(*) DESC, format, width, height, channels, bit_depth, samples, windowed, modality, sequence`,
      { datasetId, label },
    );
  }

  /** How many readable files carry each label, by label; those without one come first, with label null. */
  countsByLabel(datasetId: number): { label: string | null; count: number }[] {
    return this.#connection.all(
      z.object({ label: z.string().nullable(), count }),
      `SELECT label, count(*) AS count FROM file WHERE dataset_id = @datasetId AND status = 'readable'
        GROUP BY label ORDER BY label`,
      { datasetId },
    );
  }
}
