/** How long a fit would take here. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { FitRequest } from '../../../preload/contract.ts';
import { Preparation } from '../../ingest/preparation-settings.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import type { TrialTimes } from '../../jobs/step-trial-protocol.ts';
import type { Context } from '../context.ts';
import { type Estimated, estimated, trialOf } from './fit-trial.ts';
import { fitRequest } from '../jobs/job-requests.ts';
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

export interface Estimate {
  /** 0 where the detector is computed in one go. */
  readonly steps: number;
  /** Null where a trial took too long to tell. */
  readonly seconds: number | null;
  /** What it is known from, in words. */
  readonly basis: string;
}

const LONGEST_TRIAL_MS = 60_000;

/** Evaluations of a run, the share of images held out for them, and their most; see fit-data. */
const EVALUATIONS = 10;
const HELD_OUT_SHARE = 0.1;
const MOST_HELD_OUT = 1000;
/** Of the time that training takes for an image. */
const SCORING_SHARE = 0.3;

/** Of a model's metrics. */
const spent = z.object({ steps: z.int(), seconds: z.number() });

/** Estimates, with the trials that they were made from: a trial is not repeated while the program runs. */
export class FitEstimates {
  readonly #ctx: Context;
  readonly #trials = new Map<string, Promise<TrialTimes | null>>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** @throws ServiceError 'unknown-dataset' | 'unknown-model' | 'unknown-detector' | 'unknown-encoder'; EngineError when the device fails */
  async estimate(asked: EstimateRequest): Promise<Estimate> {
    const request = fitRequest(this.#ctx, {
      ...asked,
      name: '',
      seed: 0,
      label: null,
      intensity: null,
      flipHorizontally: false,
      softened: false,
    });
    const wanted = estimated(this.#ctx, request);
    const { steps } = wanted;
    const { label } = await this.#ctx.jobs.device();
    const earlier = this.#fromEarlierFits(request.preset, wanted, label);
    if (earlier !== null) {
      return { steps, seconds: steps * earlier.secondsPerStep, basis: earlier.basis };
    }
    const times = await this.#tried(label, wanted);
    if (times === null) {
      return { steps, seconds: null, basis: `A short trial on ${label} took more than a minute.` };
    }
    const { readable } = this.#ctx.store.files.countsByStatus(asked.datasetId);
    const encoding = (times.encoding ?? 0) * readable;
    if (times.step === null) {
      return {
        steps,
        seconds: encoding,
        basis: `For the features of its images, from a short trial on ${label}; what is computed from them takes longer the more there are.`,
      };
    }
    const heldOut = Math.min(MOST_HELD_OUT, readable * HELD_OUT_SHARE);
    const evaluating =
      wanted.encoder === null ? ((EVALUATIONS * heldOut * times.step) / wanted.batchSize) * SCORING_SHARE : 0;
    return {
      steps,
      seconds: steps * times.step + evaluating + encoding,
      basis: `From a short trial on ${label}.`,
    };
  }

  #fromEarlierFits(
    preset: FitRequest['preset'],
    { detector, preparation, batchSize, encoder }: Estimated,
    device: string,
  ): { secondsPerStep: number; basis: string } | null {
    // Features take as long as their encoder does, whatever the detector.
    if (encoder !== null) return null;
    // A model that was imported says nothing of this machine, whatever the name of its device.
    const fittedHere = new Set(this.#ctx.store.runs.list({ kind: 'fit' }).map(({ modelId }) => modelId));
    const fits = this.#ctx.store.models.list().flatMap((record) => {
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

  async #tried(device: string, wanted: Estimated): Promise<TrialTimes | null> {
    const { trial, times } = trialOf(wanted);
    const key = JSON.stringify([device, trial]);
    const known = this.#trials.get(key) ?? this.#try(trial);
    this.#trials.set(key, known);
    known.catch(() => this.#trials.delete(key));
    const found = await known;
    return found && { ...found, step: found.step === null ? null : found.step * times };
  }

  #try(trial: Parameters<Context['jobs']['tryStep']>[0]): Promise<TrialTimes | null> {
    return Promise.race([this.#ctx.jobs.tryStep(trial), setTimeout(LONGEST_TRIAL_MS, null, { ref: false })]);
  }
}

function areaOf({ height, width }: Preparation): number {
  return height * width;
}
