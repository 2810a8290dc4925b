/** Checkpoints of fits: the optimiser state and the best weights are files, where the run stands is in its record. */
import type { ParameterData } from '../../../models/detectors/detector.ts';
import type { Checkpoint } from '../../../models/training/checkpoint.ts';
import { prefixed, unprefixed } from '../../jobs/prefixed-tensors.ts';
import { decodeTensors, encodeTensors } from '../../jobs/weights-file.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { loadTensors } from '../models/known-models.ts';
import { type FitRunProgress, type ModelSettings, fitRunProgress } from '../models/records.ts';

const STATE = 'state/';
const FIXED = 'fixed/';

/** Superseded files younger than this stay, as another process may be about to record one, in milliseconds. */
const GRACE_MS = 120_000;

export function saveWeights(ctx: Context, parameters: ParameterData, settings: ModelSettings): string {
  // Neither name nor time: the same fit gives the same file.
  const { id, settings: own } = settings.detector;
  const metadata = { what: 'flowscreen weights', detector: id, settings: JSON.stringify(own) };
  return ctx.store.weights.save(encodeTensors(parameters, metadata));
}

/** Saves a checkpoint and notes it as the one to continue from. */
export function saveCheckpoint(
  ctx: Context,
  runId: number,
  { state, fixed, step, progress }: Checkpoint,
  kept: Pick<FitRunProgress, 'bestHash' | 'seconds' | 'replacedFiles'> &
    Partial<Pick<FitRunProgress, 'stages'>>,
): void {
  const tensors = { ...prefixed(STATE, state), ...prefixed(FIXED, fixed) };
  const hash = ctx.store.weights.save(encodeTensors(tensors, { what: 'flowscreen checkpoint' }));
  const { best, rejectedSteps } = progress;
  const noted: FitRunProgress = {
    step,
    rejectedSteps,
    best: best && { loss: best.heldOut, step: best.step },
    stages: [],
    ...kept,
  };
  ctx.store.runs.recordCheckpoint(runId, hash, noted);
  removeSuperseded(ctx);
}

export interface SavedFit {
  readonly checkpoint: Checkpoint;
  readonly best: ParameterData | null;
  /** The stages before that of the checkpoint. */
  readonly stages: readonly {
    readonly best: ParameterData;
    readonly steps: number;
    readonly rejectedSteps: number;
  }[];
  readonly progress: FitRunProgress;
}

/** The last checkpoint of a run, or null before the first. @throws StoreError, WeightsFileError for damaged files */
export function loadCheckpoint(ctx: Context, run: Run): SavedFit | null {
  if (run.checkpointHash === null) return null;
  const progress = fitRunProgress.parse(run.progress);
  const { tensors } = decodeTensors(ctx.store.weights.load(run.checkpointHash));
  const { step, rejectedSteps, best, bestHash, stages } = progress;
  return {
    checkpoint: {
      step,
      state: unprefixed(STATE, tensors),
      fixed: unprefixed(FIXED, tensors),
      progress: { rejectedSteps, best: best && { heldOut: best.loss, step: best.step } },
    },
    best: bestHash === null ? null : loadTensors(ctx, bestHash),
    stages: stages.map(({ bestHash: hash, ...figures }) => ({ best: loadTensors(ctx, hash), ...figures })),
    progress,
  };
}

/** Deletes the weight files that no model and no unfinished run refers to. */
export function removeSuperseded(ctx: Context): void {
  const { models, runs, weights } = ctx.store;
  const best = runs.list({ kind: 'fit' }).flatMap(({ status, progress }) => {
    const parsed = fitRunProgress.safeParse(progress);
    if (status === 'done' || !parsed.success) return [];
    const { bestHash, stages } = parsed.data;
    return [...stages.map((stage) => stage.bestHash), ...(bestHash === null ? [] : [bestHash])];
  });
  weights.removeUnreferenced([...models.weightsHashes(), ...runs.checkpointHashes(), ...best], GRACE_MS);
}
