import { z } from 'zod';
import type { Connection } from './connection.ts';

const runPoint = z.object({
  step: z.int().nonnegative(),
  /** Of the training batches since the point before. */
  loss: z.number().nullable(),
  heldOutLoss: z.number().nullable(),
  imagesPerSecond: z.number().nullable(),
});

/** A point of a fit's curves; null for what was not measured there. */
export type RunPoint = z.infer<typeof runPoint>;

export class RunPointRepository {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /**
   * Saves points in one transaction. A step that is known, as after a fit went on from an earlier checkpoint, takes the new
   * numbers; null leaves what was there. What is not finite cannot be drawn and becomes null.
   */
  append(runId: number, points: readonly RunPoint[]): void {
    this.#connection.transaction(() => {
      for (const { step, loss, heldOutLoss, imagesPerSecond } of points) {
        this.#connection.run(
          `INSERT INTO run_point (run_id, step, loss, held_out, images_per_second)
            VALUES (@runId, @step, @loss, @heldOut, @imagesPerSecond)
            ON CONFLICT (run_id, step) DO UPDATE SET loss = coalesce(excluded.loss, loss),
              held_out = coalesce(excluded.held_out, held_out),
              images_per_second = coalesce(excluded.images_per_second, images_per_second)`,
          {
            runId,
            step,
            loss: finiteOrNull(loss),
            heldOut: finiteOrNull(heldOutLoss),
            imagesPerSecond: finiteOrNull(imagesPerSecond),
          },
        );
      }
    });
  }

  /** The points after a step, in order; all of them after -1. */
  list(runId: number, afterStep = -1): RunPoint[] {
    return this.#connection.all(
      runPoint,
      `SELECT step, loss, held_out AS heldOutLoss,
        images_per_second AS imagesPerSecond
        FROM run_point WHERE run_id = @runId AND step > @afterStep ORDER BY step`,
      { runId, afterStep },
    );
  }
}

function finiteOrNull(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}
