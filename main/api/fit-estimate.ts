/** How long a fit would take here. */
import { setTimeout } from 'node:timers/promises';
import { z } from 'zod';
import type { FitRequest } from '../../preload/contract.ts';
import { fitSettings, glowSettings, preset } from '../../models/detectors/glow/presets.ts';
import { Preparation } from '../ingest/preparation-settings.ts';
import type { StepTrial } from '../jobs/step-trial.ts';
import type { Context } from './context.ts';
import { fitRequest } from './job-requests.ts';
import { modelSettings } from './records.ts';

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
  readonly steps: number;
  /** Null where a trial took too long to tell. */
  readonly seconds: number | null;
  /** What it is known from, in words. */
  readonly basis: string;
}

/** A trial is a part of a step: steps per scale and pixels at once at most, so that large presets are tried in seconds too. */
const TRIAL_STEPS_PER_SCALE = 2;
const TRIAL_PIXELS = 8 * 64 * 64;
const LONGEST_TRIAL_MS = 60_000;

/** Evaluations of a run, the share of images held out for them, and their most; see fit-data. */
const EVALUATIONS = 10;
const HELD_OUT_SHARE = 0.1;
const MOST_HELD_OUT = 1000;
/** Of the time that training takes for an image. */
const SCORING_SHARE = 0.3;

/** Of a model's metrics. */
const effort = z.object({ steps: z.int(), seconds: z.number() });

/** Estimates, with the trials that they were made from: a trial is not repeated while the program runs. */
export class FitEstimates {
  readonly #ctx: Context;
  readonly #trials = new Map<string, Promise<number | null>>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** @throws ServiceError 'unknown-dataset' | 'unknown-model'; EngineError when the device fails */
  async estimate(asked: EstimateRequest): Promise<Estimate> {
    const request = fitRequest(this.#ctx, {
      ...asked,
      name: '',
      seed: 0,
      label: null,
      intensity: null,
      flipHorizontally: false,
    });
    const { preparation } = request;
    const chosen = preset(request.preset);
    const settings = fitSettings(chosen, {
      seed: 0,
      fineTuning: request.general !== null,
      ...(request.steps === null ? {} : { steps: request.steps }),
      flipHorizontally: false,
    });
    const steps = settings.schedule.totalSteps;
    const { label } = await this.#ctx.jobs.device();
    const earlier = this.#fromEarlierFits(request.preset, preparation, settings.batchSize, label);
    if (earlier !== null) {
      return { steps, seconds: steps * earlier.secondsPerStep, basis: earlier.basis };
    }
    const glow = glowSettings(chosen, preparation);
    const secondsPerStep = await this.#tried(label, { glow, settings, preparation });
    if (secondsPerStep === null) {
      return { steps, seconds: null, basis: `A short trial on ${label} took more than a minute.` };
    }
    const { readable } = this.#ctx.store.files.countsByStatus(asked.datasetId);
    const heldOut = Math.min(MOST_HELD_OUT, readable * HELD_OUT_SHARE);
    const evaluating = ((EVALUATIONS * heldOut * secondsPerStep) / settings.batchSize) * SCORING_SHARE;
    return {
      steps,
      seconds: steps * secondsPerStep + evaluating,
      basis: `From a short trial on ${label}.`,
    };
  }

  #fromEarlierFits(
    presetName: FitRequest['preset'],
    preparation: Preparation,
    batchSize: number,
    device: string,
  ): { secondsPerStep: number; basis: string } | null {
    // A model that was imported says nothing of this machine, whatever the name of its device.
    const fittedHere = new Set(this.#ctx.store.runs.list({ kind: 'fit' }).map(({ modelId }) => modelId));
    const fits = this.#ctx.store.models.list().flatMap((record) => {
      if (!fittedHere.has(record.id)) return [];
      const settings = modelSettings.safeParse(record.settings);
      const metrics = effort.safeParse(record.metrics);
      const prepared = Preparation.safeParse(record.preparation);
      if (!settings.success || !metrics.success || !prepared.success) return [];
      const { preset: fitted, training } = settings.data;
      const { steps, seconds } = metrics.data;
      const same = fitted === presetName && training.batchSize === batchSize && record.device === device;
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

  async #tried(device: string, { glow, settings, preparation }: StepTrial): Promise<number | null> {
    const stepsPerScale = Math.min(glow.stepsPerScale, TRIAL_STEPS_PER_SCALE);
    const atOnce = Math.max(1, Math.floor(TRIAL_PIXELS / (preparation.height * preparation.width)));
    const batchSize = Math.min(settings.batchSize, atOnce);
    const trial = { glow: { ...glow, stepsPerScale }, settings: { ...settings, batchSize }, preparation };
    const { height, width } = preparation;
    const key = JSON.stringify([device, trial.glow, batchSize, height, width]);
    const known = this.#trials.get(key) ?? this.#try(trial);
    this.#trials.set(key, known);
    known.catch(() => this.#trials.delete(key));
    const seconds = await known;
    if (seconds === null) return null;
    return seconds * (glow.stepsPerScale / stepsPerScale) * (settings.batchSize / batchSize);
  }

  #try(trial: StepTrial): Promise<number | null> {
    return Promise.race([
      this.#ctx.jobs.stepSeconds(trial),
      setTimeout(LONGEST_TRIAL_MS, null, { ref: false }),
    ]);
  }
}

function areaOf({ height, width }: Preparation): number {
  return height * width;
}
