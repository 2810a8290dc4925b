/** What detectors are built and trained with, checked where it comes back from a database, a file or another process. */
import { z } from 'zod';
import { RADIAL_FUNCTIONS } from '../../models/losses/hypersphere.ts';

const finite = z.number();
const count = z.int().nonnegative();
const positive = z.int().positive();
const channels = z.union([z.literal(1), z.literal(3)]);
/** What larger networks would need does not fit into any memory. */
const width = positive.max(4096);
const depth = positive.max(256);
const scales = positive.max(8);

export const colourScale = z.strictObject({ low: finite, high: finite });

const trainingRun = {
  optimiser: z.strictObject({ kind: z.enum(['adam', 'adamax']), weightDecay: finite }),
  schedule: z.strictObject({
    peak: finite,
    warmupSteps: count,
    totalSteps: positive,
    decay: z.enum(['constant', 'cosine', 'steps']),
  }),
  averagingDecay: finite,
  evaluateEvery: positive,
  patience: count,
};
const moved = { translate: finite, flipHorizontally: z.boolean(), softened: finite.exactOptional() };

/** Runs on images of before kept their seed here too. */
export const imageFit = z.preprocess(
  withoutSeed,
  z.strictObject({ ...trainingRun, batchSize: positive, augmentation: z.strictObject(moved) }),
);

export const glowNetwork = z.strictObject({
  channels,
  scales,
  stepsPerScale: depth,
  hiddenChannels: width,
});

export const glowFit = z.strictObject({
  glow: glowNetwork,
  fit: imageFit,
  outliers: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('ratio'), weight: finite, temperature: finite }),
      z.strictObject({ kind: z.literal('margin'), margin: finite }),
    ])
    .nullable(),
  frozenScales: count.max(8),
});

export const localGlowFit = z.strictObject({ glow: glowNetwork, run: imageFit });

export const classGlowFit = z.strictObject({
  glow: glowNetwork,
  run: imageFit,
  classes: positive.max(1000),
  negatives: z.strictObject({ weight: finite, temperature: finite }),
});

export const denseGlowFit = z.strictObject({
  network: z.strictObject({
    channels,
    height: width,
    width,
    scales,
    stepsPerScale: depth,
    hidden: width,
  }),
  run: imageFit,
});

export const pixelCnnFit = z.strictObject({
  network: z.strictObject({
    channels,
    filters: width,
    resolutions: scales,
    blocks: depth,
    mixtures: depth,
  }),
  run: imageFit,
});

export const patchMemory = z.strictObject({
  candidates: positive,
  fraction: finite,
  projected: width,
  neighbours: positive,
});

/** @param statistic of one statistic of features */
export function featureStatistic<Statistic extends z.ZodType>(statistic: Statistic) {
  return z.strictObject({ statistic, places: count });
}

export const kNearest = z.strictObject({
  neighbours: positive,
  distance: z.enum(['last', 'mean']),
});
export const kde = z.strictObject({
  bandwidth: z.discriminatedUnion('choice', [
    z.strictObject({ choice: z.literal('leave-one-out') }),
    z.strictObject({ choice: z.literal('scott') }),
    z.strictObject({ choice: z.literal('fixed'), width: finite }),
  ]),
});
export const mahalanobis = z.strictObject({ shrinkage: finite });
export const pca = z.discriminatedUnion('keep', [
  z.strictObject({ keep: z.literal('components'), components: positive }),
  z.strictObject({ keep: z.literal('variance'), share: finite }),
]);
export const nothing = z.strictObject({});

const flowOfFeatures = {
  blocks: depth,
  hidden: width,
  noise: finite,
  batchSize: positive,
  learningRate: finite,
  steps: positive,
  places: z.enum(['none', 'largest', 'mean']),
  mostVectors: positive,
};
export const featureFlow = z.strictObject(flowOfFeatures);
export const contrastiveFlow = z.strictObject({
  ...flowOfFeatures,
  floor: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('given'), floor: finite }),
    z.strictObject({ kind: z.literal('quantile'), quantile: finite, above: finite }),
  ]),
});
export const marginFlow = z.strictObject({ ...flowOfFeatures, margin: finite });

const oneClassDetector = {
  network: z.strictObject({
    channels: z.array(width).min(1).max(16),
    hidden: width,
    outputs: width,
    biases: z.boolean(),
    outputScale: finite,
  }),
  batchSize: positive,
  augmentation: z.strictObject({ ...moved, colourJitter: finite, noise: finite }),
  run: z.strictObject(trainingRun),
  statisticsImages: positive,
  mirrored: z.boolean(),
};
const exposed = { ...oneClassDetector, exposureImages: count, exposureBlur: finite };
export const oneClass = z.strictObject(oneClassDetector);
export const withExposure = z.strictObject(exposed);
export const hsc = z.strictObject({ ...exposed, radial: z.enum(RADIAL_FUNCTIONS) });
export const focal = z.strictObject({ ...exposed, gamma: finite });

function withoutSeed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('seed' in value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'seed'));
}
