/** How long a fit would take here. */
import { z } from 'zod';
import type { Estimate, FitRequest } from '../../../preload/contract.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import type { TrialTimes } from '../../jobs/step-trial-protocol.ts';
import type { Context } from '../context.ts';
import { type Estimated, estimated, trialOf } from './fit-trial.ts';
import { fitRequest } from '../jobs/job-requests.ts';
import {
  type StepTrials,
  WHATEVER_RUN,
  evaluationSeconds,
  fromTrial,
  tookTooLong,
} from '../jobs/step-trials.ts';
import { modelSettings } from '../models/records.ts';

export type EstimateRequest = Pick<
  FitRequest,
  | 'datasetId'
  | 'detector'
  | 'encoder'
  | 'generalModelId'
  | 'generalDatasetId'
  | 'exposure'
  | 'preset'
  | 'steps'
  | 'preparation'
>;

/** Of a model's metrics. */
const spent = z.object({ steps: z.int(), seconds: z.number() });

/** @throws ServiceError 'unknown-dataset' | 'unknown-model' | 'unknown-detector' | 'unknown-encoder'; EngineError when the device fails */
export async function estimateFit(
  ctx: Context,
  trials: StepTrials,
  asked: EstimateRequest,
): Promise<Estimate> {
  const request = fitRequest(ctx, {
    ...asked,
    ...WHATEVER_RUN,
    softened: false,
  });
  const wanted = estimated(ctx, request);
  const { steps } = wanted;
  const { label } = await ctx.jobs.device();
  const earlier = fromEarlierFits(ctx, request.preset, wanted, label);
  if (earlier !== null) {
    return { steps, seconds: steps * earlier.secondsPerStep, basis: earlier.basis };
  }
  const times = await tried(trials, label, wanted);
  if (times === null) return { steps, seconds: null, basis: tookTooLong(label) };
  const { readable } = ctx.store.files.countsByStatus(asked.datasetId);
  const encoding = (times.encoding ?? 0) * readable;
  if (times.step === null) {
    return {
      steps,
      seconds: encoding,
      basis: `For the features of its images, from a short trial on ${label}; what is computed from them takes longer the more there are.`,
    };
  }
  const evaluating = wanted.encoder === null ? evaluationSeconds(readable, times.step / wanted.batchSize) : 0;
  return { steps, seconds: steps * times.step + evaluating + encoding, basis: fromTrial(label) };
}

function fromEarlierFits(
  ctx: Context,
  preset: FitRequest['preset'],
  { detector, preparation, batchSize, encoder }: Estimated,
  device: string,
): { secondsPerStep: number; basis: string } | null {
  // Features take as long as their encoder does, whatever the detector.
  if (encoder !== null) return null;
  // A model that was imported says nothing of this machine, whatever the name of its device.
  const fittedHere = new Set(ctx.store.runs.list({ kind: 'fit' }).map(({ modelId }) => modelId));
  const fits = ctx.store.models.list().flatMap((record) => {
    if (!fittedHere.has(record.id)) return [];
    const settings = modelSettings.safeParse(record.settings);
    const metrics = spent.safeParse(record.metrics);
    const prepared = Preparation.safeParse(record.preparation);
    if (!settings.success || !metrics.success || !prepared.success) return [];
    const { preset: fitted, detector: choice } = settings.data;
    const { fit } = boundDetector(choice);
    const { steps, seconds } = metrics.data;
    const same =
      choice.id === detector.method.id &&
      fitted === preset &&
      fit.kind === 'trained' &&
      fit.effort.batchSize === batchSize &&
      record.device === device;
    if (!same || steps === 0) return [];
    const area = areaOf(preparation) / areaOf(prepared.data);
    return [{ name: record.name, secondsPerStep: (seconds / steps) * area, area }];
  });
  // The newest of the same size, else the one whose images are nearest in size.
  const [best] = fits.sort((a, b) => Math.abs(Math.log(a.area)) - Math.abs(Math.log(b.area)));
  if (best === undefined) return null;
  const scaled = best.area === 1 ? '' : ', scaled to the size of the images';
  return {
    secondsPerStep: best.secondsPerStep,
    basis: `From the fit of "${best.name}" on ${device}${scaled}.`,
  };
}

async function tried(trials: StepTrials, device: string, wanted: Estimated): Promise<TrialTimes | null> {
  const { trial, times } = trialOf(wanted);
  const found = await trials.times(device, trial);
  return found && { ...found, step: found.step === null ? null : found.step * times };
}

function areaOf({ height, width }: Preparation): number {
  return height * width;
}
