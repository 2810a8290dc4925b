import { z } from 'zod';
import { json, rowId, sha256, toJson, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';
import { isUniqueViolation } from './translate-error.ts';

const encoderRow = z.object({
  id: rowId,
  name: z.string(),
  /** Its ONNX file in the store of encoders. */
  fileHash: sha256,
  bytes: z.int().positive(),
  /** How images become its input, and which outputs are features; its own schema validates it. */
  description: json,
  /** What it gave when it was added. */
  features: json,
  source: z.enum(['file', 'trained']),
  /** Everything needed to train it again; null for one from a file. */
  training: json.nullable(),
  createdAt: utcTime,
  /** When it was taken out of the lists; its record stays. */
  archivedAt: utcTime.nullable(),
});

/** A network that turns images into features. */
export type EncoderRecord = z.infer<typeof encoderRow>;

export type NewEncoder = Omit<EncoderRecord, 'id' | 'createdAt' | 'archivedAt'>;

const SELECT = `SELECT id, name, file_hash AS fileHash, bytes, description, features, source, training,
  created_at AS createdAt, archived_at AS archivedAt FROM encoder`;

export class EncoderRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Save the file first: an encoder never refers to one that is not there. @throws StoreError 'name-taken' */
  create(encoder: NewEncoder): EncoderRecord {
    try {
      const { id } = this.#connection.run(
        `INSERT INTO encoder (name, file_hash, bytes, description, features, source, training, created_at)
          VALUES (@name, @fileHash, @bytes, @description, @features, @source, @training, @createdAt)`,
        {
          ...encoder,
          description: toJson(encoder.description, 'description of the encoder'),
          features: toJson(encoder.features, 'features of the encoder'),
          training: encoder.training === null ? null : toJson(encoder.training, 'training of the encoder'),
          createdAt: utcNow(),
        },
      );
      return this.get(id);
    } catch (error) {
      if (!isUniqueViolation(error)) throw error;
      throw new StoreError(
        'name-taken',
        `An encoder named "${encoder.name}" exists already; choose another name.`,
        { cause: error },
      );
    }
  }

  /** @throws StoreError 'not-found' */
  get(id: number): EncoderRecord {
    const encoder = this.#connection.get(encoderRow, `${SELECT} WHERE id = @id`, { id });
    if (encoder !== undefined) return encoder;
    throw new StoreError('not-found', `There is no encoder with id ${id}; list the encoders to see them.`);
  }

  /** The encoder of that name, or undefined; not one that was taken out of the lists. */
  find(name: string): EncoderRecord | undefined {
    return this.#connection.get(encoderRow, `${SELECT} WHERE name = @name AND archived_at IS NULL`, { name });
  }

  /** All encoders, newest first, without those taken out of the lists. */
  list(): EncoderRecord[] {
    return this.#connection.all(encoderRow, `${SELECT} WHERE archived_at IS NULL ORDER BY id DESC`);
  }

  /** Takes it out of the lists and frees its name. One that is out already stays as it is. */
  archive(id: number): void {
    const { name, archivedAt } = this.get(id);
    if (archivedAt !== null) return;
    const now = utcNow();
    this.#connection.run('UPDATE encoder SET name = @name, archived_at = @now WHERE id = @id', {
      id,
      now,
      // Names are unique: the number tells those apart that were removed in one millisecond.
      name: `${name} (removed ${now}, ${id})`,
    });
  }
}
