/** How long the training of an encoder would take here. */
import type { EncoderTrainingRequest, Estimate } from '../../../preload/contract.ts';
import type { Context } from '../context.ts';
import { encoderRequest } from '../jobs/job-requests.ts';
import {
  type StepTrials,
  WHATEVER_RUN,
  evaluationSeconds,
  fromTrial,
  tookTooLong,
  triedAtOnce,
} from '../jobs/step-trials.ts';
import { encoderTraining } from './encoder-plan.ts';

export type EncoderEstimateRequest = Pick<
  EncoderTrainingRequest,
  'datasetId' | 'preset' | 'steps' | 'preparation'
>;

/** @throws ServiceError 'unknown-dataset'; EngineError when the device fails */
export async function estimateEncoder(
  ctx: Context,
  trials: StepTrials,
  asked: EncoderEstimateRequest,
): Promise<Estimate> {
  const request = encoderRequest(ctx, { ...asked, ...WHATEVER_RUN });
  const { preparation } = request;
  const steps = encoderTraining(request).run.schedule.totalSteps;
  // Another number of steps is no other trial.
  const training = encoderTraining({ ...request, steps: null });
  const { batchSize } = training;
  const tried = triedAtOnce(batchSize, preparation);
  const { label } = await ctx.jobs.device();
  const settings = { ...training, batchSize: tried };
  const times = await trials.times(label, { kind: 'train-encoder', settings, preparation });
  if (times === null || times.step === null) return { steps, seconds: null, basis: tookTooLong(label) };
  const secondsPerImage = times.step / tried;
  const { readable } = ctx.store.files.countsByStatus(asked.datasetId);
  return {
    steps,
    seconds: steps * batchSize * secondsPerImage + evaluationSeconds(readable, secondsPerImage),
    basis: fromTrial(label),
  };
}
