import { z } from 'zod';
import { PLANES, flag, rowId, sha256, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';
import { isUniqueViolation } from './translate-error.ts';

/** What must not be torn apart when images are held out. */
export const grouping = z.enum(['image', 'subfolder', 'name-prefix', 'patient', 'study']);
export type Grouping = z.infer<typeof grouping>;

const datasetRow = z.object({
  id: rowId,
  name: z.string(),
  /** Of a pseudonymised dataset not a path, but the name of the file that holds it, beside the database. */
  rootPath: z.string(),
  labelsFromSubfolders: flag,
  /** Of the contents at the last finished scan; null before the first. */
  fingerprint: sha256.nullable(),
  createdAt: utcTime,
  lastScannedAt: utcTime.nullable(),
  /** What must not be torn apart when images are held out. */
  grouping,
  /** In which volumes are cut. */
  plane: z.enum(PLANES),
  /** Whether nothing that is stored of it names a file or a folder. */
  pseudonymised: flag,
  /** When it was taken out of the lists; its records stay. */
  archivedAt: utcTime.nullable(),
});

/** A folder of images known by a name. */
export type Dataset = z.infer<typeof datasetRow>;

export type NewDataset = Pick<Dataset, 'name' | 'rootPath' | 'labelsFromSubfolders'> &
  Partial<Pick<Dataset, 'plane' | 'pseudonymised'>>;

const SELECT = `SELECT id, name, root_path AS rootPath, labels_from_subfolders AS labelsFromSubfolders, fingerprint,
  created_at AS createdAt, last_scanned_at AS lastScannedAt, grouping, plane, pseudonymised, archived_at AS archivedAt FROM dataset`;

export class DatasetRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws StoreError 'name-taken' */
  create({
    name,
    rootPath,
    labelsFromSubfolders,
    plane = 'axial',
    pseudonymised = false,
  }: NewDataset): Dataset {
    try {
      const { id } = this.#connection.run(
        `INSERT INTO dataset (name, root_path, labels_from_subfolders, plane, pseudonymised, created_at)
          VALUES (@name, @rootPath, @labels, @plane, @pseudonymised, @createdAt)`,
        {
          name,
          rootPath,
          plane,
          labels: Number(labelsFromSubfolders),
          pseudonymised: Number(pseudonymised),
          createdAt: utcNow(),
        },
      );
      return this.get(id);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoreError(
        'name-taken',
        `A dataset named "${name}" exists already; choose another name, or scan the existing one again.`,
        { cause: error },
      );
    }
  }

  /** @throws StoreError 'not-found' */
  get(id: number): Dataset {
    const dataset = this.#connection.get(datasetRow, `${SELECT} WHERE id = @id`, { id });
    if (dataset !== undefined) return dataset;
    throw new StoreError('not-found', `There is no dataset with id ${id}; list the datasets to see them.`);
  }

  /** The dataset of that name, or undefined; not one that was taken out of the lists. */
  find(name: string): Dataset | undefined {
    return this.#connection.get(datasetRow, `${SELECT} WHERE name = @name AND archived_at IS NULL`, { name });
  }

  /** All datasets by name, without those taken out of the lists. */
  list(): Dataset[] {
    return this.#connection.all(datasetRow, `${SELECT} WHERE archived_at IS NULL ORDER BY name`);
  }

  /** Whether a dataset was ever added here. */
  hasAny(): boolean {
    return this.#connection.get(z.object({ id: rowId }), 'SELECT id FROM dataset LIMIT 1') !== undefined;
  }

  setGrouping(id: number, grouping: Grouping): void {
    this.#connection.run('UPDATE dataset SET grouping = @grouping WHERE id = @id', {
      id: this.get(id).id,
      grouping,
    });
  }

  /** Chooses in which plane volumes are cut from the next scan on. */
  setPlane(id: number, plane: Dataset['plane']): void {
    this.#connection.run('UPDATE dataset SET plane = @plane WHERE id = @id', { id: this.get(id).id, plane });
  }

  /** Notes that its folder lies elsewhere now. */
  setRoot(id: number, rootPath: string): void {
    this.#connection.run('UPDATE dataset SET root_path = @rootPath WHERE id = @id', {
      id: this.get(id).id,
      rootPath,
    });
  }

  /** Takes it out of the lists and frees its name. One that is out already stays as it is. */
  archive(id: number): void {
    const { name, archivedAt } = this.get(id);
    if (archivedAt !== null) return;
    const now = utcNow();
    this.#connection.run('UPDATE dataset SET name = @name, archived_at = @now WHERE id = @id', {
      id,
      now,
      // Names are unique: the number tells those apart that were removed in one millisecond.
      name: `${name} (removed ${now}, ${id})`,
    });
  }

  /**
   * Notes that a scan has finished.
   * @param scan fingerprint of the contents; scannedAt as given to the files' upserts
   * @throws StoreError 'not-found'
   */
  recordScan(id: number, scan: { fingerprint: string; scannedAt: string }): void {
    this.#connection.run(
      'UPDATE dataset SET fingerprint = @fingerprint, last_scanned_at = @scannedAt WHERE id = @id',
      { id: this.get(id).id, fingerprint: scan.fingerprint, scannedAt: scan.scannedAt },
    );
  }
}
