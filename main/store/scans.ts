/** What a scan needs to know of the one before, and what it changes beside what it finds. */
import { z } from 'zod';
import { rowId, sha256 } from './columns.ts';
import type { Connection } from './connection.ts';

const knownContent = z.object({
  relativePath: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  /** Null for a file that holds no image. */
  sha256: sha256.nullable(),
  format: z.string().nullable(),
  plane: z.string(),
  /** Which version of the readers read it. */
  readers: z.int(),
});
/** A file as it was read before. */
export type KnownContent = z.infer<typeof knownContent>;

const fileContent = z.object({
  relativePath: z.string(),
  sizeBytes: z.number(),
  modifiedMs: z.number(),
  sha256,
});
/** A file that holds images. */
export type FileContent = z.infer<typeof fileContent>;

const paths = z.object({ relativePath: z.string() });
const move = z.object({ from: z.string(), to: z.string() });
/** A file whose content is at another place now. */
export type Move = z.infer<typeof move>;

export interface FileStamp {
  readonly relativePath: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const GONE = 'It was no longer in the folder at the last scan.';
const REPLACED = 'Its file did not hold this image any more at the last scan.';

/** What a row is that was an image, and was not met by a scan: nothing can be taken over from it. */
const IS_AWAY = `(status = 'skipped' AND sha256 IS NOT NULL)`;

const IS_REFERRED_TO = `(EXISTS (SELECT 1 FROM screened_file WHERE file_id = file.id)
  OR EXISTS (SELECT 1 FROM decision WHERE file_id = file.id))`;

/** Rows of one file have their content in common: those met last speak for it. */
const KNOWN = `SELECT relative_path AS relativePath, size_bytes AS sizeBytes, modified_ms AS modifiedMs, sha256, format,
    plane, readers, max(seen_at) AS seenAt
  FROM file WHERE dataset_id = @datasetId AND relative_path IN (SELECT value FROM json_each(@paths))
    AND size_bytes IS NOT NULL AND modified_ms IS NOT NULL AND NOT ${IS_AWAY}
  GROUP BY relative_path`;

/**
 * Content that was at one place before this scan and is nowhere there now, and is at one place that no scan before this one has met:
 * where there are copies of it, nobody can tell which is which.
 */
const MOVES = `WITH gone AS (
    SELECT sha256, min(relative_path) AS path FROM file
      WHERE dataset_id = @datasetId AND status = 'skipped' AND sha256 IS NOT NULL AND seen_at < @scannedAt
      GROUP BY sha256 HAVING count(DISTINCT relative_path) = 1),
  here AS (
    SELECT f.sha256, min(f.relative_path) AS path, min(f.found_at) AS foundAt FROM file f JOIN gone USING (sha256)
      WHERE f.dataset_id = @datasetId AND f.status = 'readable' GROUP BY f.sha256 HAVING count(DISTINCT f.relative_path) = 1)
  SELECT gone.path AS "from", here.path AS "to" FROM gone JOIN here USING (sha256)
    WHERE here.foundAt > @after AND gone.path <> here.path ORDER BY gone.path`;

const CONTENT_COLUMNS = `frames, sha256, size_bytes, modified_ms, status, reason, notes, format, width, height, channels, bit_depth,
  samples, windowed, label, modality, series_description, patient_key, study_key, series_key, position, burned_in, look, readers, seen_at`;

export class ScanRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** What is known of the files at these paths, of those that have been read and were there at the last scan. */
  known(datasetId: number, relativePaths: readonly string[]): KnownContent[] {
    const parameters = { datasetId, paths: JSON.stringify(relativePaths) };
    return this.#connection.all(knownContent, KNOWN, parameters);
  }

  /** The files that the readable images of a dataset are in, in order of their paths. */
  contents(datasetId: number): FileContent[] {
    return this.#connection.all(
      fileContent,
      `SELECT relative_path AS relativePath, size_bytes AS sizeBytes, modified_ms AS modifiedMs, sha256 FROM file
        WHERE dataset_id = @datasetId AND status = 'readable' GROUP BY relative_path ORDER BY relative_path`,
      { datasetId },
    );
  }

  /** Notes that a scan has met files as they were. */
  markSeen(datasetId: number, relativePaths: readonly string[], scannedAt: string): void {
    this.#connection.run(
      `UPDATE file SET seen_at = @scannedAt WHERE dataset_id = @datasetId
        AND relative_path IN (SELECT value FROM json_each(@paths)) AND NOT ${IS_AWAY}`,
      { datasetId, scannedAt, paths: JSON.stringify(relativePaths) },
    );
  }

  /** Notes that files have their content under other times, in one transaction. */
  restamp(datasetId: number, files: readonly FileStamp[], scannedAt: string): void {
    this.#connection.transaction(() => {
      for (const { relativePath, sizeBytes, modifiedMs } of files) {
        this.#connection.run(
          `UPDATE file SET size_bytes = @sizeBytes, modified_ms = @modifiedMs, seen_at = @scannedAt
            WHERE dataset_id = @datasetId AND relative_path = @relativePath AND NOT ${IS_AWAY}`,
          { datasetId, relativePath, sizeBytes, modifiedMs, scannedAt },
        );
      }
    });
  }

  /**
   * Marks what the scan begun at `scannedAt` did not meet as skipped; earlier results keep their labels.
   * @param exceptBelow folders that could not be listed: what lies there stays as it was
   * @returns how many files, of those that were there before, are gone
   */
  markMissing(datasetId: number, scannedAt: string, exceptBelow: readonly string[] = []): number {
    const parameters = { datasetId, scannedAt };
    const missed = `dataset_id = @datasetId AND seen_at < @scannedAt`;
    const isReplaced = `EXISTS (SELECT 1 FROM file met WHERE met.dataset_id = @datasetId
      AND met.relative_path = file.relative_path AND met.seen_at = @scannedAt)`;
    return this.#connection.transaction(() => {
      for (const folder of exceptBelow) {
        this.#connection.run(
          `UPDATE file SET seen_at = @scannedAt WHERE ${missed} AND substr(relative_path, 1, length(@prefix)) = @prefix`,
          { ...parameters, prefix: `${folder}/` },
        );
      }
      // What was said of a file as a whole has no meaning beside its images.
      this.#connection.run(
        `DELETE FROM file WHERE ${missed} AND sha256 IS NULL AND ${isReplaced} AND NOT ${IS_REFERRED_TO}`,
        parameters,
      );
      const gone = this.#connection.all(
        paths,
        `SELECT DISTINCT relative_path AS relativePath FROM file
          WHERE ${missed} AND NOT (status = 'skipped' AND reason IN ('${GONE}', '${REPLACED}')) AND NOT ${isReplaced}`,
        parameters,
      );
      this.#connection.run(
        `UPDATE file SET status = 'skipped', reason = CASE WHEN ${isReplaced} THEN '${REPLACED}' ELSE '${GONE}' END,
            size_bytes = CASE WHEN sha256 IS NULL THEN NULL ELSE size_bytes END
          WHERE ${missed}`,
        parameters,
      );
      return gone.length;
    });
  }

  /**
   * Files that were moved or renamed: the records of the old place, with all that refers to them, take the new one.
   * @param after when the last finished scan began: only files that are new since then can be ones that were moved
   */
  followMoves(datasetId: number, scannedAt: string, after: string): Move[] {
    return this.#connection.transaction(() => {
      const moves = this.#connection.all(move, MOVES, { datasetId, scannedAt, after });
      return moves.filter((each) => this.#follow(datasetId, each));
    });
  }

  #follow(datasetId: number, { from, to }: Move): boolean {
    const parameters = { datasetId, from, to };
    const pairs = this.#connection.all(
      z.object({ old: rowId, new: rowId.nullable() }),
      `SELECT old.id AS old, new.id AS new FROM file old LEFT JOIN file new ON new.dataset_id = old.dataset_id
          AND new.relative_path = @to AND new.frame = old.frame AND new.plane = old.plane AND new.sha256 = old.sha256
        WHERE old.dataset_id = @datasetId AND old.relative_path = @from AND old.seen_at = (SELECT max(seen_at) FROM file
          WHERE dataset_id = @datasetId AND relative_path = @from)`,
      parameters,
    );
    const images = this.#connection.get(
      z.object({ count: z.int() }),
      `SELECT count(*) AS count FROM file WHERE dataset_id = @datasetId AND relative_path = @to AND NOT ${IS_REFERRED_TO}`,
      parameters,
    );
    // Cut in another way since, or worked with at its new place: then both records say something.
    if (images?.count !== pairs.length || pairs.some((pair) => pair.new === null)) return false;
    for (const pair of pairs) {
      this.#connection.run(
        `UPDATE file SET (${CONTENT_COLUMNS}) = (SELECT ${CONTENT_COLUMNS} FROM file WHERE id = @new) WHERE id = @old`,
        { old: pair.old, new: pair.new },
      );
      this.#connection.run(
        `UPDATE file SET (sequence, sequence_from) = (SELECT sequence, sequence_from FROM file WHERE id = @new)
          WHERE id = @old AND sequence_from IS NOT 'person'`,
        { old: pair.old, new: pair.new },
      );
      this.#connection.run('DELETE FROM file WHERE id = @new', { new: pair.new });
      this.#connection.run('UPDATE file SET relative_path = @to WHERE id = @old', { old: pair.old, to });
    }
    return true;
  }
}
