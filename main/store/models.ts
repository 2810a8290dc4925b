import { z } from 'zod';
import { json, rowId, sha256, toJson, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';
import { isUniqueViolation } from './translate-error.ts';

const versions = z.record(z.string(), z.string());

const modelRow = z.object({
  id: rowId,
  name: z.string(),
  /** Which detector, e.g. 'glow-ratio'. */
  detector: z.string(),
  /** The detector's settings; its own schema validates them. */
  settings: json,
  /** How images were prepared (resize, crop, tile). */
  preparation: json,
  /** The in-distribution dataset; null for a model that was fitted on another machine. */
  datasetId: rowId.nullable(),
  /** What that dataset was called when the model was fitted. */
  datasetName: z.string(),
  /** The general-distribution model of a ratio. */
  generalModelId: rowId.nullable(),
  /** The weights' file in the weight store. */
  weightsHash: sha256,
  seed: z.int(),
  /** Of flowscreen, onnxruntime, jax, node. */
  versions: json.pipe(versions),
  device: z.string(),
  /** Of the dataset's contents when the model was fitted. */
  dataFingerprint: sha256,
  metrics: json,
  createdAt: utcTime,
  /** When it was taken out of the lists; its records stay. */
  archivedAt: utcTime.nullable(),
});

/** A fitted detector with everything needed to repeat it. */
export type Model = z.infer<typeof modelRow>;

export type NewModel = Omit<Model, 'id' | 'createdAt' | 'archivedAt'> & {
  /** When it was fitted, for one from another machine; now when absent. */
  readonly createdAt?: string;
};

const SELECT = `SELECT id, name, detector, settings, preparation, dataset_id AS datasetId, dataset_name AS datasetName,
  general_model_id AS generalModelId, weights_hash AS weightsHash, seed, versions, device,
  data_fingerprint AS dataFingerprint, metrics, created_at AS createdAt, archived_at AS archivedAt FROM model`;

export class ModelRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Save the weights first: a model never refers to a file that is not there. @throws StoreError 'name-taken' */
  create(model: NewModel): Model {
    try {
      const { id } = this.#connection.run(
        `INSERT INTO model (name, detector, settings, preparation, dataset_id, dataset_name, general_model_id, weights_hash, seed,
            versions, device, data_fingerprint, metrics, created_at)
          VALUES (@name, @detector, @settings, @preparation, @datasetId, @datasetName, @generalModelId, @weightsHash, @seed,
            @versions, @device, @dataFingerprint, @metrics, @createdAt)`,
        {
          ...model,
          settings: toJson(model.settings, 'settings of the model'),
          preparation: toJson(model.preparation, 'preparation of the model'),
          versions: toJson(model.versions, 'versions of the model'),
          metrics: toJson(model.metrics, 'metrics of the model'),
          createdAt: model.createdAt ?? utcNow(),
        },
      );
      return this.get(id);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoreError(
        'name-taken',
        `A model named "${model.name}" exists already; choose another name.`,
        { cause: error },
      );
    }
  }

  /** @throws StoreError 'not-found' */
  get(id: number): Model {
    const model = this.#connection.get(modelRow, `${SELECT} WHERE id = @id`, { id });
    if (model !== undefined) return model;
    throw new StoreError('not-found', `There is no model with id ${id}; list the models to see them.`);
  }

  /** The model of that name, or undefined; not one that was taken out of the lists. */
  find(name: string): Model | undefined {
    return this.#connection.get(modelRow, `${SELECT} WHERE name = @name AND archived_at IS NULL`, { name });
  }

  /** All models, newest first, without those taken out of the lists. */
  list(): Model[] {
    return this.#connection.all(modelRow, `${SELECT} WHERE archived_at IS NULL ORDER BY id DESC`);
  }

  /** Takes it out of the lists and frees its name. One that is out already stays as it is. */
  archive(id: number): void {
    const { name, archivedAt } = this.get(id);
    if (archivedAt !== null) return;
    const now = utcNow();
    this.#connection.run('UPDATE model SET name = @name, archived_at = @now WHERE id = @id', {
      id,
      now,
      // Names are unique: the number tells those apart that were removed in one millisecond.
      name: `${name} (removed ${now}, ${id})`,
    });
  }

  /** The weight files that models refer to. */
  weightsHashes(): string[] {
    const rows = this.#connection.all(
      z.object({ hash: sha256 }),
      'SELECT DISTINCT weights_hash AS hash FROM model',
    );
    return rows.map((row) => row.hash);
  }
}
