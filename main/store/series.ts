/** What the images of a dataset were taken in: patients, studies, series; a volume that names no series is one of its own. */
import { z } from 'zod';
import { rowId } from './columns.ts';
import type { Connection } from './connection.ts';

const count = z.int().nonnegative();

const contentCounts = z.object({
  files: count,
  volumes: count,
  patients: count,
  studies: count,
  series: count,
});
export type ContentCounts = z.infer<typeof contentCounts>;

export const mrSequence = z.enum(['FLAIR', 'T1', 'T1 with contrast', 'T2']);
export type MrSequence = z.infer<typeof mrSequence>;

const seriesRow = z.object({
  /** Of its first image, which names it. */
  fileId: rowId,
  images: count,
  files: count,
  relativePath: z.string(),
  modality: z.string().nullable(),
  sequence: mrSequence.nullable(),
  /** A person is sure, anything else is a guess. */
  sequenceFrom: z.enum(['attributes', 'description', 'person']).nullable(),
  description: z.string().nullable(),
  patientKey: z.string().nullable(),
});
export type Series = z.infer<typeof seriesRow>;

const IS_VOLUME = `format IN ('nifti', 'metaimage')`;
/** Images of a series, or of a volume; all others are no series. */
const IN_SERIES = `dataset_id = @datasetId AND status = 'readable' AND (series_key IS NOT NULL OR ${IS_VOLUME})`;
const SERIES = `coalesce(series_key, relative_path)`;

export class SeriesRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  counts(datasetId: number): ContentCounts {
    const counts = this.#connection.get(
      contentCounts,
      `SELECT count(DISTINCT relative_path) AS files,
          count(DISTINCT CASE WHEN ${IS_VOLUME} THEN relative_path END) AS volumes,
          count(DISTINCT patient_key) AS patients, count(DISTINCT study_key) AS studies,
          count(DISTINCT CASE WHEN series_key IS NOT NULL OR ${IS_VOLUME} THEN ${SERIES} END) AS series
        FROM file WHERE dataset_id = @datasetId AND status = 'readable'`,
      { datasetId },
    );
    return counts ?? { files: 0, volumes: 0, patients: 0, studies: 0, series: 0 };
  }

  /** A page of the series, those of one patient together. */
  list(datasetId: number, { offset, limit }: { offset: number; limit: number }): Series[] {
    return this.#connection.all(
      seriesRow,
      `SELECT min(id) AS fileId, count(*) AS images, count(DISTINCT relative_path) AS files, min(relative_path) AS relativePath,
          modality, sequence, sequence_from AS sequenceFrom, series_description AS description, patient_key AS patientKey
        FROM file WHERE ${IN_SERIES} GROUP BY ${SERIES}
        ORDER BY patient_key, min(relative_path) LIMIT @limit OFFSET @offset`,
      { datasetId, offset, limit },
    );
  }

  /** The series of an image; undefined where it is of none. */
  of(fileId: number): Series | undefined {
    return this.#connection.get(
      seriesRow,
      `SELECT min(file.id) AS fileId, count(*) AS images, count(DISTINCT file.relative_path) AS files,
          min(file.relative_path) AS relativePath, file.modality, file.sequence, file.sequence_from AS sequenceFrom,
          file.series_description AS description, file.patient_key AS patientKey
        FROM file JOIN file one ON one.id = @fileId AND file.dataset_id = one.dataset_id
          AND coalesce(file.series_key, file.relative_path) = coalesce(one.series_key, one.relative_path)
        WHERE file.status = 'readable' AND (file.series_key IS NOT NULL OR file.${IS_VOLUME}) GROUP BY file.dataset_id`,
      { fileId },
    );
  }

  /** What a person says of the series of an image; null where it is none of these. @returns how many images it has */
  setSequence(fileId: number, sequence: MrSequence | null): number {
    return this.#connection.run(
      `UPDATE file SET sequence = @sequence, sequence_from = 'person' FROM file one
        WHERE one.id = @fileId AND file.dataset_id = one.dataset_id
          AND CASE WHEN one.series_key IS NULL THEN file.relative_path = one.relative_path AND file.series_key IS NULL
            ELSE file.series_key = one.series_key END`,
      { fileId, sequence },
    ).changes;
  }
}
