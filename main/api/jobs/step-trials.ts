/** What a step takes here, tried once while the program runs. */
import { setTimeout } from 'node:timers/promises';
import type { StepTrial, TrialTimes } from '../../jobs/step-trial-protocol.ts';
import type { Context } from '../context.ts';

/** What how long a run takes does not depend on. */
export const WHATEVER_RUN = {
  name: '',
  seed: 0,
  label: null,
  intensity: null,
  flipHorizontally: false,
} as const;

const LONGEST_TRIAL_MS = 60_000;
/** Pixels at once at most, so that large images are tried in seconds too. */
const TRIAL_PIXELS = 8 * 64 * 64;

/** Evaluations of a run, the share of images held out for them, and their most; see fit-data. */
const EVALUATIONS = 10;
const HELD_OUT_SHARE = 0.1;
const MOST_HELD_OUT = 1000;
/** Of the time that training takes for an image. */
const SCORING_SHARE = 0.3;

export class StepTrials {
  readonly #ctx: Context;
  readonly #trials = new Map<string, Promise<TrialTimes | null>>();

  constructor(ctx: Context) {
    this.#ctx = ctx;
  }

  /** @returns null where it took too long. @throws EngineError when the device fails */
  times(device: string, trial: StepTrial): Promise<TrialTimes | null> {
    const key = JSON.stringify([device, trial]);
    const found = this.#trials.get(key) ?? this.#try(trial);
    this.#trials.set(key, found);
    found.catch(() => this.#trials.delete(key));
    return found;
  }

  #try(trial: StepTrial): Promise<TrialTimes | null> {
    return Promise.race([this.#ctx.jobs.tryStep(trial), setTimeout(LONGEST_TRIAL_MS, null, { ref: false })]);
  }
}

/** Images of a step that are tried: a whole one may take minutes. */
export function triedAtOnce(
  batchSize: number,
  { height, width }: { readonly height: number; readonly width: number },
): number {
  return Math.min(batchSize, Math.max(1, Math.floor(TRIAL_PIXELS / (height * width))));
}

/** What the evaluations of a run take, in seconds. @param secondsPerImage of training */
export function evaluationSeconds(images: number, secondsPerImage: number): number {
  return EVALUATIONS * Math.min(MOST_HELD_OUT, images * HELD_OUT_SHARE) * secondsPerImage * SCORING_SHARE;
}

/** Of an estimate. */
export const tookTooLong = (device: string): string => `A short trial on ${device} took more than a minute.`;
export const fromTrial = (device: string): string => `From a short trial on ${device}.`;
