/**
 * The paper's effect (Schirrmeister et al. 2020, tables 1–3): fitted on CIFAR-10, a Glow finds SVHN likelier than
 * CIFAR-10 itself; the ratio to a general model of natural images corrects it.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { glowModel } from '../../models/detectors/glow/model.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { glowSettings, preset } from '../../models/detectors/glow/presets.ts';
import type { Figure } from './figures.ts';
import { fitGlow, likelihoods, meanBits, scoreLists } from './fitted-glow.ts';
import { type Pixels, SHAPE, distinct, folderImages, shrunkCrops, shuffled } from './image-pools.ts';
import { mean, meanInterval } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'cifar-svhn';
const TESTED = 800;
const CROPS_PER_PHOTOGRAPH = 10;
const CROP_SEED = 1;

/** AUROC of the paper's table 1 and of its per-scale table, for SVHN. */
const PAPER: Readonly<Record<string, number>> = {
  likelihood: 0.088,
  'scale1-likelihood': 0.07,
  'scale2-likelihood': 0.135,
  'scale3-likelihood': 0.929,
  ratio: 0.939,
  'scale1-ratio': 0.846,
  'scale2-ratio': 0.489,
  'scale3-ratio': 0.836,
};

export function publishedAuroc({ suite, score }: Figure): number | null {
  return suite === SUITE ? (PAPER[score] ?? null) : null;
}

const seedResultSchema = z.strictObject({
  seed: z.number().int(),
  bitsPerDim: z.number(),
  seconds: z.number(),
  /** Scores by name: one number per tested image. */
  inScores: z.record(z.string(), z.array(z.number())),
  outScores: z.record(z.string(), z.array(z.number())),
});
type SeedResult = z.infer<typeof seedResultSchema>;

interface Pools {
  readonly cifar: readonly Pixels[];
  readonly svhn: readonly Pixels[];
  readonly general: readonly Pixels[];
  readonly fingerprint: string;
}

export async function cifarSvhn(request: AccuracyRequest): Promise<Figure[]> {
  const { report, seeds } = request;
  report('reading images');
  const pools = await loadPools(request.data);
  report(`CIFAR-10 ${pools.cifar.length}, SVHN ${pools.svhn.length}, general ${pools.general.length} images`);
  const results: SeedResult[] = [];
  for (const seed of seeds) results.push(await seedResult(request, pools, seed));
  const bitsPerDim = mean(results.map((result) => result.bitsPerDim));
  const seconds = results.reduce((sum, result) => sum + result.seconds, 0);
  return Object.keys(PAPER).map((score): Figure => {
    const sides = results.map(
      ({ inScores, outScores }) => [inScores[score] ?? [], outScores[score] ?? []] as const,
    );
    const aurocBySeed = sides.map(([normal, anomalous]) => auroc(normal, anomalous));
    const interval = meanInterval(sides);
    return {
      suite: SUITE,
      detector: `glow, ${request.preset}`,
      score,
      inDistribution: 'CIFAR-10',
      outDistribution: 'SVHN',
      auroc: mean(aurocBySeed),
      ciLow: interval.low,
      ciHigh: interval.high,
      aurocBySeed,
      seeds: [...seeds],
      bitsPerDim,
      tested: { inDistribution: TESTED, outDistribution: TESTED },
      preset: request.preset,
      device: request.environment.device.label,
      seconds,
      dataFingerprint: pools.fingerprint,
      command: request.command,
    };
  });
}

function seedResult(request: AccuracyRequest, pools: Pools, seed: number): Promise<SeedResult> {
  const name = `${SUITE} ${request.preset} seed ${seed}`;
  const dependsOn = [preset(request.preset), seed, pools.fingerprint];
  return keptResult(request, name, dependsOn, seedResultSchema, () => runSeed(request, pools, seed));
}

async function runSeed(request: AccuracyRequest, pools: Pools, seed: number): Promise<SeedResult> {
  const start = performance.now();
  const settings = preset(request.preset);
  const model = glowModel(glowSettings(settings, SHAPE));
  const cifar = shuffled(pools.cifar, seed, 'cifar split');
  const test = cifar.slice(0, TESTED);
  const svhn = shuffled(pools.svhn, seed, 'svhn split').slice(0, TESTED);
  const general = shuffled(pools.general, seed, 'general split');
  const common = { model, shape: SHAPE, settings, seed };
  const generalWeights = await fitGlow(request, {
    ...common,
    images: general,
    start: { kind: 'fresh' },
    name: `seed ${seed}, general`,
  });
  const weights = await fitGlow(request, {
    ...common,
    images: cifar.slice(TESTED),
    start: { kind: 'from-model', parameters: generalWeights },
    name: `seed ${seed}, in-distribution`,
  });
  const own = {
    test: await likelihoods(request, common, weights, test),
    svhn: await likelihoods(request, common, weights, svhn),
  };
  const other = {
    test: await likelihoods(request, common, generalWeights, test),
    svhn: await likelihoods(request, common, generalWeights, svhn),
  };
  return {
    seed,
    bitsPerDim: meanBits(own.test, SHAPE),
    seconds: (performance.now() - start) / 1000,
    inScores: scoreLists(own.test, other.test),
    outScores: scoreLists(own.svhn, other.svhn),
  };
}

async function loadPools(data: string): Promise<Pools> {
  const cifar = distinct(await folderImages(join(data, 'cifar10')));
  const svhn = distinct(await folderImages(join(data, 'svhn')));
  const natural = await folderImages(join(data, 'natural32', 'imagenet-origin'));
  const crops = await shrunkCrops(join(data, 'imagenette'), CROPS_PER_PHOTOGRAPH, CROP_SEED);
  // The general set may repeat CIFAR-10 images: what is tested or fitted on must not be in it.
  const general = distinct([...natural, ...crops], cifar);
  const digest = createHash('sha256');
  for (const image of [...cifar, ...svhn, ...general]) digest.update(image);
  return { cifar, svhn, general, fingerprint: digest.digest('hex') };
}
