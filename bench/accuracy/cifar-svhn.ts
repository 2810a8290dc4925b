/**
 * The paper's effect (Schirrmeister et al. 2020, tables 1 to 4): fitted on CIFAR-10, a Glow finds SVHN likelier than CIFAR-10 itself; the
 * ratio to a general model of natural images corrects it, and more so with general images as outliers.
 */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { pngBits } from '../../main/ingest/png-size.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import { type GlowFit, glow } from '../../models/detectors/glow.ts';
import { publishedOutlierObjective } from '../../models/detectors/glow/against-outliers.ts';
import { fitSettings, preset } from '../../models/detectors/glow/presets.ts';
import type { FitData, Method } from '../../models/detectors/method.ts';
import { pixelcnn } from '../../models/detectors/pixelcnn.ts';
import { bitsPerDimension, elementsOf } from '../../models/images.ts';
import { compressionRatio } from '../../models/scoring/compression-ratio.ts';
import { meanLikelihoodScore, typicality } from '../../models/scoring/typicality.ts';
import { type DetectorResult, densityFigures, detectorResult } from './density-figures.ts';
import type { Figure } from './figures.ts';
import { type FitEnvironment, fitMethod, scoreMethod } from './fitted-method.ts';
import {
  type Pixels,
  SHAPE,
  distinct,
  folderImages,
  memorySource,
  shrunkCrops,
  shuffled,
  softened,
} from './image-pools.ts';
import { mean, sum } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import { type KeptFit, keptWeights } from './kept-weights.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'cifar-svhn';
const TESTED = 800;
const HELD_OUT = 160;
const CROPS_PER_PHOTOGRAPH = 10;
const CROP_SEED = 1;

const PLAIN = 'glow';
const EQUAL = 'glow, general model trained on for as long';
const OUTLIERS = 'glow with outlier loss';
const MARGIN = 'glow with margin loss';
const DIFFERENCE = 'glow, Diff†';
const FROZEN = 'glow, first two scales frozen';
const PIXELS = 'pixelcnn';

/** AUROC of the paper's tables 1 to 4 and of its per-scale table, for SVHN. */
const PAPER: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [PLAIN]: {
    likelihood: 0.088,
    'scale1-likelihood': 0.07,
    'scale2-likelihood': 0.135,
    'scale3-likelihood': 0.929,
    ratio: 0.939,
    'scale1-ratio': 0.846,
    'scale2-ratio': 0.489,
    'scale3-ratio': 0.836,
    'png-ratio': 0.754,
  },
  [OUTLIERS]: { likelihood: 0.955, 'scale3-likelihood': 0.964, ratio: 0.986 },
  [MARGIN]: { likelihood: 0.842, 'scale3-likelihood': 0.842, ratio: 0.965 },
  [DIFFERENCE]: { ratio: 0.99 },
  [PIXELS]: { likelihood: 0.126, ratio: 0.948 },
};

const ALL_SCORES = Object.keys(PAPER[PLAIN] ?? {}).filter((score) => score !== 'png-ratio');
/** What is reported of each. */
const SCORES: Readonly<Record<string, readonly string[]>> = {
  [PLAIN]: [...ALL_SCORES, 'png-ratio', 'typicality'],
  [EQUAL]: ALL_SCORES.filter((score) => score.endsWith('ratio')),
  [OUTLIERS]: ALL_SCORES,
  [MARGIN]: ALL_SCORES,
  [DIFFERENCE]: ALL_SCORES.filter((score) => score.endsWith('ratio')),
  [FROZEN]: ALL_SCORES,
  [PIXELS]: ['likelihood', 'ratio'],
};

export function publishedAuroc({ detector, score }: Figure): number | null {
  return PAPER[detector]?.[score] ?? null;
}

const PROBLEM = { suite: SUITE, inDistribution: 'CIFAR-10', outDistribution: 'SVHN' };

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
  const results: Record<string, DetectorResult[]> = {};
  for (const seed of seeds) {
    const run = new SeedRun(request, pools, seed);
    for (const detector of Object.keys(SCORES)) (results[detector] ??= []).push(await run.result(detector));
  }
  const problem = { ...PROBLEM, fingerprint: pools.fingerprint };
  return Object.entries(results).flatMap(([detector, bySeed]) =>
    densityFigures(request, problem, detector, bySeed, SCORES[detector]),
  );
}

interface Scoring {
  /** By the name of the score, one value per image. */
  readonly scores: (images: readonly Pixels[]) => Promise<Record<string, number[]>>;
  /** Of the two models; several detectors may share one. */
  readonly fits: readonly KeptFit[];
}

/** One seed's split and its models, each fitted when it is first needed. */
class SeedRun {
  readonly #request: AccuracyRequest;
  readonly #seed: number;
  readonly #dependsOn: readonly unknown[];
  readonly #test: readonly Pixels[];
  readonly #svhn: readonly Pixels[];
  readonly #cifar: readonly Pixels[];
  readonly #general: readonly Pixels[];

  constructor(request: AccuracyRequest, pools: Pools, seed: number) {
    this.#request = request;
    this.#seed = seed;
    this.#dependsOn = [preset(request.preset), seed, pools.fingerprint];
    const cifar = shuffled(pools.cifar, seed, 'cifar split');
    this.#test = cifar.slice(0, TESTED);
    this.#cifar = cifar.slice(TESTED);
    this.#svhn = shuffled(pools.svhn, seed, 'svhn split').slice(0, TESTED);
    this.#general = shuffled(pools.general, seed, 'general split');
  }

  result(detector: string): Promise<DetectorResult> {
    const name = `${SUITE} ${this.#request.preset} seed ${this.#seed} ${detector}`;
    return keptResult(
      this.#request,
      name,
      [...this.#dependsOn, SCORES[detector]],
      detectorResult,
      async () => {
        const { scores, fits } = await this.#scoring(detector);
        const begun = performance.now();
        const scored = async (images: readonly Pixels[]) => {
          const lists = await scores(images);
          if (detector !== PLAIN) return lists;
          const known = await scores(this.#cifar.slice(HELD_OUT, HELD_OUT + TESTED));
          return { ...lists, ...(await alone(lists, known, images)) };
        };
        const inScores = await scored(this.#test);
        const outScores = await scored(this.#svhn);
        const bits = (inScores['likelihood'] ?? []).map((nats) => bitsPerDimension(-nats, elementsOf(SHAPE)));
        const seconds = sum(fits.map((fit) => fit.seconds)) + (performance.now() - begun) / 1000;
        return { bitsPerDim: mean(bits), inScores, outScores, seconds };
      },
    );
  }

  /** The in-distribution model beside the one that it is compared with. */
  async #scoring(detector: string): Promise<Scoring> {
    if (detector === PIXELS) return this.#pixelcnn();
    const general = await this.#fitted('general', () => this.#data(this.#general, null), {}, false);
    const { cifar, broad } = { cifar: this.#cifar, broad: this.#general };
    const plain = () => this.#fitted('in-distribution', () => this.#data(cifar, general.parameters), {});
    const ratio = publishedOutlierObjective('ratio', elementsOf(SHAPE));
    const againstGeneral = () =>
      this.#fitted('outlier loss', () => this.#data(cifar, general.parameters, broad), { outliers: ratio });
    const compared = (own: KeptFit, other: KeptFit) =>
      this.#compared(glow, glow.settings(this.#request.preset, SHAPE), own, other);
    switch (detector) {
      case PLAIN:
        return compared(await plain(), general);
      case EQUAL:
        return compared(
          await plain(),
          await this.#fitted('general, trained on', () => this.#data(broad, general.parameters), {}),
        );
      case OUTLIERS:
        return compared(await againstGeneral(), general);
      case MARGIN: {
        const outliers = publishedOutlierObjective('margin', elementsOf(SHAPE));
        return compared(
          await this.#fitted('margin loss', () => this.#data(cifar, general.parameters, broad), { outliers }),
          general,
        );
      }
      case DIFFERENCE: {
        // The general model, with in-distribution images as its outliers against the in-distribution model.
        const own = await plain();
        const other = await this.#fitted(
          'Diff†',
          () => ({ ...this.#data(broad, own.parameters, cifar), start: general.parameters }),
          { outliers: ratio },
        );
        return compared(await againstGeneral(), other);
      }
      case FROZEN:
        return compared(
          await this.#fitted('frozen', () => this.#data(cifar, general.parameters), { frozenScales: 2 }),
          general,
        );
      default:
        throw new RangeError(`there is no detector ${detector}`);
    }
  }

  /** Both models of the ratio are PixelCNN++; the second starts from the first, with a third of its steps. */
  async #pixelcnn(): Promise<Scoring> {
    const settings = pixelcnn.settings(this.#request.preset, SHAPE);
    const { schedule } = settings.run;
    const totalSteps = Math.round(schedule.totalSteps / 3);
    const refining = {
      ...settings,
      run: { ...settings.run, schedule: { ...schedule, peak: schedule.peak / 2, totalSteps } },
    };
    const fitted = (what: string, data: FitData, run: typeof settings) =>
      this.#kept(`pixelcnn ${what}`, run, (request, name) =>
        fitMethod(request, pixelcnn, data, run, this.#seed, name),
      );
    const general = await fitted('general', this.#data(this.#general, null), settings);
    const own = await fitted('in-distribution', this.#data(this.#cifar, general.parameters), refining);
    return this.#compared(pixelcnn, settings, own, general);
  }

  #compared<Settings>(method: Method<Settings>, settings: Settings, own: KeptFit, general: KeptFit): Scoring {
    const fitted = { parameters: own.parameters, generalModel: general.parameters, encoder: null };
    return {
      scores: (images) => scoreMethod(this.#request, method, settings, fitted, SHAPE, images),
      fits: [own, general],
    };
  }

  #data(
    images: readonly Pixels[],
    generalModel: ParameterData | null,
    outliers?: readonly Pixels[],
  ): FitData {
    return {
      normal: memorySource(images.slice(HELD_OUT), SHAPE),
      heldOut: memorySource(images.slice(0, HELD_OUT), SHAPE),
      general: outliers === undefined ? null : memorySource(outliers, SHAPE),
      generalModel,
      exposure: null,
      encoder: null,
    };
  }

  #fitted(
    what: string,
    data: () => FitData,
    changes: Partial<Pick<GlowFit, 'outliers' | 'frozenScales'>>,
    fineTuning = true,
  ): Promise<KeptFit> {
    const seed = this.#seed;
    const chosen = preset(this.#request.preset);
    const run = fitSettings(chosen, { fineTuning });
    const settings: GlowFit = {
      ...glow.settings(this.#request.preset, SHAPE),
      fit: { ...run, patience: changes.outliers === undefined ? run.patience : 0 },
      ...changes,
    };
    return this.#kept(what, settings, (request, name) =>
      fitMethod(request, glow, data(), settings, seed, name),
    );
  }

  #kept(
    what: string,
    settings: unknown,
    fit: (request: FitEnvironment, name: string) => Promise<ParameterData>,
  ): Promise<KeptFit> {
    const name = `seed ${this.#seed}, ${what}`;
    return keptWeights(
      this.#request,
      `${SUITE} ${this.#request.preset} ${name}`,
      [...this.#dependsOn, settings],
      (checkpoint) => fit({ ...this.#request, checkpoint }, name),
    );
  }
}

/** Scores that do without a general model. @param known of images that the model was fitted on */
async function alone(
  { likelihood = [] }: Record<string, number[]>,
  known: Record<string, number[]>,
  images: readonly Pixels[],
): Promise<Record<string, number[]>> {
  const usual = meanLikelihoodScore(known['likelihood'] ?? []);
  const bits = await Promise.all(images.map((image) => pngBits(image, SHAPE)));
  return {
    'png-ratio': likelihood.map((score, index) => compressionRatio(score, bits[index] ?? NaN, SHAPE)),
    typicality: likelihood.map((score) => typicality(score, usual)),
  };
}

async function loadPools(data: string): Promise<Pools> {
  const cifar = distinct(await folderImages(join(data, 'cifar10')));
  const svhn = distinct(await folderImages(join(data, 'svhn')));
  const natural = await folderImages(join(data, 'natural32', 'imagenet-origin'));
  const crops = await shrunkCrops(join(data, 'imagenette'), CROPS_PER_PHOTOGRAPH, CROP_SEED);
  // The general set may repeat CIFAR-10 images: what is tested or fitted on must not be in it.
  const general = distinct([...natural, ...crops, ...(await softened(crops, CROP_SEED))], cifar);
  const digest = createHash('sha256');
  for (const image of [...cifar, ...svhn, ...general]) digest.update(image);
  return { cifar, svhn, general, fingerprint: digest.digest('hex') };
}
