import type { ImagePlace, Tail } from '../../../preload/contract.ts';
import type { RunStatus } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { chooseScore } from '../models/known-models.ts';
import { remarksOn } from '../screening/screen-inputs.ts';
import { type RunChoice, findScreenRun } from '../screening/screen-runs.ts';
import { tailsOver } from './tail.ts';

export type { RunChoice } from '../screening/screen-runs.ts';

export type RankRequest = RunChoice & {
  /** The model's first score when null: the ratio where there is one, else the likelihood. */
  readonly score: string | null;
  readonly limit: number;
  readonly offset: number;
};

export interface RankedImage extends ImagePlace {
  /** From 1, the most anomalous first. */
  readonly rank: number;
  readonly fileId: number;
  readonly label: string | null;
  /** Higher is more anomalous. */
  readonly value: number;
  /** How rarely normals score as high; null where the model has no held-out normals. */
  readonly tail: Tail | null;
  /** Above the threshold in force; null where none is set. */
  readonly flagged: boolean | null;
  /** The file is no longer what was scored. */
  readonly contentChanged: boolean;
}

export interface FailedImage extends ImagePlace {
  readonly fileId: number;
  readonly reason: string;
}

export interface Ranking {
  readonly runId: number;
  readonly model: string;
  readonly dataset: string;
  readonly status: RunStatus;
  readonly score: string;
  readonly scores: readonly string[];
  /** Value of the threshold in force for this score. */
  readonly threshold: number | null;
  /** That the tails are counted on. */
  readonly heldOutNormals: number;
  /** Images scored so far. */
  readonly total: number;
  readonly failed: number;
  readonly images: readonly RankedImage[];
  /** The first of the files that failed. */
  readonly failures: readonly FailedImage[];
  /** What must be known beside the results, each a sentence. */
  readonly remarks: readonly string[];
}

const FAILURES = 50;

/**
 * A page of a screening's images, the most anomalous first. An unfinished screening is ranked as far as it went.
 * @throws ServiceError 'unknown-run' | 'unknown-model' | 'unknown-dataset' | 'unknown-score' | 'no-scores'
 */
export function rank(ctx: Context, request: RankRequest): Promise<Ranking> {
  return Promise.resolve().then(() => {
    const { run, model, dataset } = findScreenRun(ctx, request);
    const { scores } = ctx.store;
    const score = chooseScore(request.score, model.scores);
    const threshold = ctx.store.thresholds.latest(model.record.id, score)?.value ?? null;
    const { limit, offset } = request;
    const tail = tailsOver(model.metrics.heldOutScores[score]);
    const images = scores.rank(run.id, score, { limit, offset }).map((image, index): RankedImage => ({
      rank: offset + index + 1,
      ...image,
      tail: tail(image.value),
      flagged: threshold === null ? null : image.value > threshold,
    }));
    const { screened, failed } = scores.counts(run.id);
    const failures = scores
      .failures(run.id, { limit: FAILURES })
      .map(({ fileId, relativePath, frame, plane, frames, reason }) => ({
        fileId,
        relativePath,
        frame,
        plane,
        frames,
        reason,
      }));
    return {
      runId: run.id,
      model: model.record.name,
      dataset: dataset.name,
      status: run.status,
      score,
      scores: model.scores,
      threshold,
      heldOutNormals: model.metrics.heldOutScores[score]?.length ?? 0,
      total: screened - failed,
      failed,
      images,
      failures,
      remarks: remarksOn(run.settings),
    };
  });
}
