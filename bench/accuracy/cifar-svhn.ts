/**
 * The paper's effect (Schirrmeister et al. 2020, tables 1–3): fitted on CIFAR-10, a Glow finds SVHN likelier than
 * CIFAR-10 itself; the ratio to a general model of natural images corrects it.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { glowModel } from '../../models/detectors/glow.ts';
import type { LikelihoodModel, ParameterData } from '../../models/detectors/detector.ts';
import type { Environment } from '../../models/device.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { bootstrapInterval } from '../../models/scoring/bootstrap.ts';
import { scoresOf } from '../../models/scoring/detector-scores.ts';
import { type Likelihood, LikelihoodScorer } from '../../models/scoring/likelihood-scorer.ts';
import { meanBitsPerDimension } from '../../models/scoring/mean-bits-per-dimension.ts';
import { auroc } from '../../models/scoring/metrics.ts';
import { fit } from '../../models/training/fit.ts';
import {
  type Preset,
  type PresetName,
  fitSettings,
  glowSettings,
  preset,
} from '../../models/training/presets.ts';
import { type Start, Training } from '../../models/training/training.ts';
import type { Figure } from './figures.ts';
import {
  type Pixels,
  SHAPE,
  distinct,
  folderImages,
  memorySource,
  shrunkCrops,
  shuffled,
} from './image-pools.ts';

export interface AccuracyRequest {
  readonly preset: PresetName;
  readonly seeds: readonly number[];
  /** Holds the unpacked sets cifar10, svhn, natural32 and imagenette. */
  readonly data: string;
  /** Where finished seeds are kept, so that an interrupted run goes on. */
  readonly cache: string;
  readonly environment: Environment;
  readonly report: (line: string) => void;
  readonly command: string;
}

const SUITE = 'cifar-svhn';
const TESTED = 800;
const HELD_OUT = 160;
const CROPS_PER_PHOTOGRAPH = 10;
const CROP_SEED = 1;
const BATCH = 64;

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
  await mkdir(request.cache, { recursive: true });
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

/** Images are resampled within each seed and the seeds' AUROCs averaged: positions carry seed and image. */
function meanInterval(sides: readonly (readonly [readonly number[], readonly number[]])[]): {
  low: number;
  high: number;
} {
  const intervals = sides.map(([normal, anomalous], index) =>
    bootstrapInterval(normal, anomalous, auroc, { seed: index, resamples: 400 }),
  );
  // Seeds share no fitted weights and little test data: widths combine as standard errors do.
  const centre = mean(sides.map(([normal, anomalous]) => auroc(normal, anomalous)));
  const half = Math.sqrt(mean(intervals.map(({ low, high }) => ((high - low) / 2) ** 2)) / sides.length);
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

async function seedResult(request: AccuracyRequest, pools: Pools, seed: number): Promise<SeedResult> {
  const key = createHash('sha256')
    .update(
      JSON.stringify([
        SUITE,
        preset(request.preset),
        seed,
        pools.fingerprint,
        request.environment.device.label,
      ]),
    )
    .digest('hex');
  const path = join(request.cache, `${SUITE}-${request.preset}-${seed}-${key.slice(0, 16)}.json`);
  if (existsSync(path)) {
    request.report(`seed ${seed}: already done`);
    return seedResultSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  }
  const result = await runSeed(request, pools, seed);
  await writeFile(path, JSON.stringify(result));
  return result;
}

async function runSeed(request: AccuracyRequest, pools: Pools, seed: number): Promise<SeedResult> {
  const start = performance.now();
  const settings = preset(request.preset);
  const model = glowModel(glowSettings(settings, SHAPE));
  const cifar = shuffled(pools.cifar, seed, 'cifar split');
  const test = cifar.slice(0, TESTED);
  const svhn = shuffled(pools.svhn, seed, 'svhn split').slice(0, TESTED);
  const general = shuffled(pools.general, seed, 'general split');
  const name = (what: string) => `seed ${seed}, ${what}`;
  const generalWeights = await fitOn(
    request,
    model,
    settings,
    general,
    seed,
    { kind: 'fresh' },
    name('general'),
  );
  const from: Start = { kind: 'from-model', parameters: generalWeights };
  const weights = await fitOn(
    request,
    model,
    settings,
    cifar.slice(TESTED),
    seed,
    from,
    name('in-distribution'),
  );
  const own = {
    test: await likelihoods(request, model, weights, test),
    svhn: await likelihoods(request, model, weights, svhn),
  };
  const other = {
    test: await likelihoods(request, model, generalWeights, test),
    svhn: await likelihoods(request, model, generalWeights, svhn),
  };
  const dimensions = elementsOf(SHAPE);
  return {
    seed,
    bitsPerDim: mean(own.test.map(({ contributions }) => bitsPerDimension(sum(contributions), dimensions))),
    seconds: (performance.now() - start) / 1000,
    inScores: scoreLists(own.test, other.test),
    outScores: scoreLists(own.svhn, other.svhn),
  };
}

async function fitOn(
  { environment, report }: AccuracyRequest,
  model: LikelihoodModel,
  settings: Preset,
  images: readonly Pixels[],
  seed: number,
  start: Start,
  what: string,
): Promise<ParameterData> {
  const heldOut = memorySource(images.slice(0, HELD_OUT));
  const source = memorySource(images.slice(HELD_OUT));
  const run = fitSettings(settings, {
    seed,
    fineTuning: start.kind === 'from-model',
    flipHorizontally: true,
  });
  const training = await Training.start(environment, model, run, source, start);
  const measure = (parameters: ParameterData) =>
    meanBitsPerDimension(environment, model, parameters, heldOut);
  let best: ParameterData | null = null;
  const begun = performance.now();
  try {
    for await (const event of fit(training, run, measure)) {
      if (event.kind !== 'evaluation') continue;
      best = event.parameters ?? best;
      const perStep = (performance.now() - begun) / event.step;
      report(
        `${what}: step ${event.step} of ${run.schedule.totalSteps}, ${event.heldOutBitsPerDimension.toFixed(3)} bits/dim held out, ` +
          `${Math.round((run.batchSize / perStep) * 1000)} images/s`,
      );
    }
  } finally {
    await training.dispose();
  }
  if (best === null) throw new Error(`${what}: no evaluation gave finite bits/dim`);
  return best;
}

async function likelihoods(
  { environment }: AccuracyRequest,
  model: LikelihoodModel,
  parameters: ParameterData,
  images: readonly Pixels[],
): Promise<Likelihood[]> {
  const scorer = await LikelihoodScorer.open(environment, model, parameters, BATCH, SHAPE);
  try {
    const all: Likelihood[] = [];
    for (let from = 0; from < images.length; from += BATCH) {
      all.push(...(await scorer.score(images.slice(from, from + BATCH))));
    }
    return all;
  } finally {
    await scorer.dispose();
  }
}

/** By the name of the score, one value per image. */
function scoreLists(own: readonly Likelihood[], general: readonly Likelihood[]): Record<string, number[]> {
  const lists: Record<string, number[]> = {};
  own.forEach((each, index) => {
    const scores = scoresOf({ own: each, general: general[index] ?? null });
    for (const [name, value] of Object.entries(scores)) (lists[name] ??= []).push(value);
  });
  return lists;
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}
