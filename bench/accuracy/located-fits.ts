/** Detectors on features of parts, with their heatmaps: what the suites of inspection images have in common. */
import { z } from 'zod';
import { kNearestMethod } from '../../models/detectors/k-nearest.ts';
import { mahalanobisMethod } from '../../models/detectors/mahalanobis.ts';
import type { Encoder, ImageScores, Method } from '../../models/detectors/method.ts';
import { patchMemory } from '../../models/detectors/patch-memory.ts';
import { pcaMethod } from '../../models/detectors/pca.ts';
import type { ImageShape } from '../../models/images.ts';
import type { PresetName } from '../../models/preset-name.ts';
import { bootstrapInterval } from '../../models/scoring/bootstrap.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import type { Figure } from './figures.ts';
import { fitMethod, imageScores } from './fitted-method.ts';
import { type Pixels, memorySource } from './image-pools.ts';
import { type Sides, mean } from './intervals.ts';
import type { AccuracyRequest } from './request.ts';

export interface LocatedFit {
  readonly label: string;
  readonly settings: unknown;
  readonly run: (
    request: AccuracyRequest,
    images: { readonly normal: readonly Pixels[]; readonly tested: readonly Pixels[] },
    encoder: Encoder,
    seed: number,
  ) => Promise<ImageScores[]>;
}

/** Never fitted on. */
const HELD_OUT = 8;

export function locatedFits(preset: PresetName, shape: ImageShape): LocatedFit[] {
  return [
    locatedFit(patchMemory, preset, shape),
    locatedFit(kNearestMethod, preset, shape),
    locatedFit(mahalanobisMethod, preset, shape),
    locatedFit(pcaMethod, preset, shape),
  ];
}

function locatedFit<Settings>(method: Method<Settings>, preset: PresetName, shape: ImageShape): LocatedFit {
  const settings = method.settings(preset, shape);
  return {
    label: method.id,
    settings,
    async run(request, { normal, tested }, encoder, seed) {
      const data = {
        normal: memorySource(normal.slice(HELD_OUT), shape),
        heldOut: memorySource(normal.slice(0, HELD_OUT), shape),
        general: null,
        generalModel: null,
        exposure: null,
        encoder,
      };
      const parameters = await fitMethod(request, method, data, settings, seed, `${method.id}, seed ${seed}`);
      const fitted = { parameters, generalModel: null, encoder };
      return imageScores(request, method, settings, fitted, shape, tested);
    },
  };
}

export const scoreLists = z.record(z.string(), z.array(z.number()));
export type ScoreLists = z.infer<typeof scoreLists>;

export function listsOf(images: readonly ImageScores[]): ScoreLists {
  const lists: ScoreLists = {};
  for (const { scores } of images) {
    for (const [name, value] of Object.entries(scores)) (lists[name] ??= []).push(value);
  }
  return lists;
}

export const estimate = z.strictObject({ value: z.number(), low: z.number(), high: z.number() });
export type Estimate = z.infer<typeof estimate>;

/** Parts that are left out in turn: enough for a standard error. */
const PARTS = 10;
const Z = 1.959963984540054;

/**
 * A figure of all images, with its 95 % interval by leaving out a tenth of the groups at a time (the delete-group jackknife): for
 * figures that would take minutes to resample.
 * @param groups images that belong together, of one part
 */
export function jackknife<T>(
  groups: readonly (readonly T[])[],
  statistic: (images: readonly T[]) => number,
): Estimate {
  const value = statistic(groups.flat());
  const parts = Math.min(PARTS, groups.length);
  const without = Array.from({ length: parts }, (_, part) =>
    statistic(groups.filter((_group, index) => index % parts !== part).flat()),
  );
  const centre = mean(without);
  const error = Math.sqrt(
    ((parts - 1) / parts) * without.reduce((sum, each) => sum + (each - centre) ** 2, 0),
  );
  return { value, low: Math.max(0, value - Z * error), high: Math.min(1, value + Z * error) };
}

/** The seeds test the same anomalous images: their mean is hardly better known than each of them. */
export function meanEstimate(bySeed: readonly Estimate[]): Estimate {
  return {
    value: mean(bySeed.map(({ value }) => value)),
    low: mean(bySeed.map(({ low }) => low)),
    high: mean(bySeed.map(({ high }) => high)),
  };
}

const RESAMPLES = 400;

export function imageAuroc([normal, anomalous]: Sides, seed: number): Estimate {
  const interval = bootstrapInterval(normal, anomalous, auroc, { seed, resamples: RESAMPLES });
  return { value: auroc(normal, anomalous), ...interval };
}

export function estimateFigure(
  { preset, seeds, environment, command }: AccuracyRequest,
  bySeed: readonly Estimate[],
  about: Pick<
    Figure,
    | 'suite'
    | 'detector'
    | 'score'
    | 'inDistribution'
    | 'outDistribution'
    | 'tested'
    | 'seconds'
    | 'dataFingerprint'
    | 'isAuroc'
  >,
): Figure {
  const { value, low, high } = meanEstimate(bySeed);
  return {
    ...about,
    auroc: value,
    ciLow: low,
    ciHigh: high,
    aurocBySeed: bySeed.map((each) => each.value),
    seeds: [...seeds],
    bitsPerDim: null,
    preset,
    device: environment.device.label,
    command,
  };
}
