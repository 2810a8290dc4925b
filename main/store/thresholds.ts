import { z } from 'zod';
import { rowId, utcNow, utcTime } from './columns.ts';
import type { Connection } from './connection.ts';
import { StoreError } from './store-error.ts';

const thresholdRow = z.object({
  modelId: rowId,
  scoreName: z.string(),
  /** Counts up from 1 for each model and score. */
  version: z.int().positive(),
  /** Scores above it are flagged. */
  value: z.number(),
  /** The share of normals that is flagged, 0 to 1, with its confidence interval. */
  falseAlarmRate: z.number(),
  ciLow: z.number(),
  ciHigh: z.number(),
  /** How many held-out normals it was set on. */
  heldOutCount: z.int().positive(),
  createdAt: utcTime,
  createdBy: z.string(),
  reason: z.string(),
});

/** One version of a threshold; versions are only ever added. */
export type Threshold = z.infer<typeof thresholdRow>;

export type NewThreshold = Omit<Threshold, 'version' | 'createdAt'>;

const SELECT = `SELECT model_id AS modelId, score_name AS scoreName, version, value,
  false_alarm_rate AS falseAlarmRate, ci_low AS ciLow, ci_high AS ciHigh, held_out_count AS heldOutCount,
  created_at AS createdAt, created_by AS createdBy, reason FROM threshold
  WHERE model_id = @modelId AND score_name = @scoreName ORDER BY version DESC`;

export class ThresholdRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Adds the next version for the model and score. */
  append(threshold: NewThreshold): Threshold {
    const { modelId, scoreName } = threshold;
    return this.#connection.transaction(() => {
      this.#connection.run(
        `INSERT INTO threshold (model_id, score_name, version, value, false_alarm_rate, ci_low, ci_high,
            held_out_count, created_at, created_by, reason)
          SELECT @modelId, @scoreName, coalesce(max(version), 0) + 1, @value, @falseAlarmRate, @ciLow, @ciHigh,
            @heldOutCount, @createdAt, @createdBy, @reason
          FROM threshold WHERE model_id = @modelId AND score_name = @scoreName`,
        { ...threshold, createdAt: utcNow() },
      );
      const saved = this.latest(modelId, scoreName);
      if (saved !== undefined) return saved;
      throw new StoreError(
        'corrupt',
        'The threshold just saved cannot be read back; restore the database from a backup.',
      );
    });
  }

  /** The version in force, or undefined before the first. */
  latest(modelId: number, scoreName: string): Threshold | undefined {
    return this.#connection.get(thresholdRow, `${SELECT} LIMIT 1`, { modelId, scoreName });
  }

  /** Every version, newest first. */
  history(modelId: number, scoreName: string): Threshold[] {
    return this.#connection.all(thresholdRow, SELECT, { modelId, scoreName });
  }
}
