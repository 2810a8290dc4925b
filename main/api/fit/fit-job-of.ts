import type { FitJob } from '../../jobs/fit-protocol.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import type { Run } from '../../store/runs.ts';
import type { SavedFit } from './checkpoints.ts';
import type { Context } from '../context.ts';
import { choiceOf } from '../encoders/encoders.ts';
import type { FitImages } from './fit-images.ts';
import { type KnownModel, featuresFolder, loadTensors } from '../models/known-models.ts';
import type { FitRunSettings } from '../models/records.ts';

export interface PlannedRun {
  readonly run: Run;
  readonly plan: FitRunSettings;
  readonly images: FitImages;
  readonly generalModel: KnownModel | null;
  readonly saved: SavedFit | null;
}

/** A run as the worker takes it. @throws StoreError 'missing-weights' | 'corrupt-weights', WeightsFileError */
export function fitJobOf(
  ctx: Context,
  { run, plan, images, generalModel, saved }: PlannedRun,
  checkpointSeconds: number,
): FitJob {
  const { normal, general, exposure } = images;
  const { detector, encoder } = plan.settings;
  const { classes } = normal;
  const { needs } = boundDetector(detector).method;
  return {
    root: normal.root,
    preparation: plan.preparation,
    train: [...normal.train],
    heldOut: [...normal.heldOut],
    detector,
    seed: run.seed,
    generalModel: generalModel === null ? null : loadTensors(ctx, generalModel.record.weightsHash),
    general: general && { root: general.root, files: [...general.files] },
    exposure: exposure && { root: exposure.root, files: [...exposure.files] },
    classes:
      needs.classes === 'none' || classes === null
        ? null
        : { count: classes.labels.length, train: [...classes.train], heldOut: [...classes.heldOut] },
    encoder: encoder && {
      choice: choiceOf(ctx, encoder),
      cacheFolder: featuresFolder(ctx),
      fingerprint: null,
    },
    start:
      saved === null
        ? { kind: 'fresh' }
        : { kind: 'resume', stages: [...saved.stages], checkpoint: saved.checkpoint, best: saved.best },
    checkpointSeconds,
  };
}
