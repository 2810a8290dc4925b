/**
 * Fitted on clothes, a convolutional Glow finds handwritten digits likelier than clothes; a dense one does not (Schirrmeister et al. 2020,
 * section 4.1), and neither does the ratio to a general model of natural images.
 */
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { denseGlow } from '../../models/detectors/dense-glow.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import { glow } from '../../models/detectors/glow.ts';
import { fitSettings, preset } from '../../models/detectors/glow/presets.ts';
import type { FitData, Method } from '../../models/detectors/method.ts';
import { type ImageShape, bitsPerDimension, elementsOf } from '../../models/images.ts';
import { type DetectorResult, densityFigures, detectorResult } from './density-figures.ts';
import type { Figure } from './figures.ts';
import { fitMethod, scoreMethod } from './fitted-method.ts';
import {
  type Pixels,
  distinct,
  folderImages,
  greyOf,
  memorySource,
  shrunkCrops,
  shuffled,
} from './image-pools.ts';
import { mean } from './intervals.ts';
import { keptResult } from './kept-results.ts';
import { keptWeights } from './kept-weights.ts';
import type { AccuracyRequest } from './request.ts';

const SUITE = 'fashion-mnist';
const SHAPE: ImageShape = { channels: 1, height: 32, width: 32 };
const TESTED = 800;
const HELD_OUT = 160;
const CROPS_PER_PHOTOGRAPH = 4;
const CROP_SEED = 1;

const CONVOLUTIONAL = 'glow';
const DENSE = 'dense glow';

const PAPER: Readonly<Record<string, number>> = {
  [`${CONVOLUTIONAL} likelihood`]: 0.15,
  [`${DENSE} likelihood`]: 0.81,
};

export function publishedFashionAuroc({ detector, score }: Figure): number | null {
  return PAPER[`${detector} ${score}`] ?? null;
}

const PROBLEM = { suite: SUITE, inDistribution: 'Fashion-MNIST', outDistribution: 'MNIST' };

interface Pools {
  readonly clothes: readonly Pixels[];
  readonly testedClothes: readonly Pixels[];
  readonly testedDigits: readonly Pixels[];
  readonly natural: readonly Pixels[];
  readonly fingerprint: string;
}

/** @param request `data` holds fashion-mnist, mnist, natural32 and imagenette */
export async function fashionMnist(request: AccuracyRequest): Promise<Figure[]> {
  request.report('reading images');
  const pools = await loadPools(request.data);
  request.report(
    `${pools.clothes.length} clothes to fit on, ${pools.natural.length} natural images; ${pools.testedClothes.length} clothes and ${pools.testedDigits.length} digits to test on`,
  );
  const detectors = [
    [CONVOLUTIONAL, convolutionalResult],
    [DENSE, denseResult],
  ] as const;
  const figures: Figure[] = [];
  for (const [detector, run] of detectors) {
    const results: DetectorResult[] = [];
    for (const seed of request.seeds) {
      const name = `${SUITE} ${request.preset} seed ${seed} ${detector}`;
      results.push(
        await keptResult(request, name, [...dependsOn(request, pools, seed), detector], detectorResult, () =>
          run(request, pools, seed),
        ),
      );
    }
    figures.push(
      ...densityFigures(request, { ...PROBLEM, fingerprint: pools.fingerprint }, detector, results),
    );
  }
  return figures;
}

function dependsOn(request: AccuracyRequest, pools: Pools, seed: number): unknown[] {
  return [preset(request.preset), denseGlow.settings(request.preset, SHAPE), seed, pools.fingerprint];
}

async function convolutionalResult(
  request: AccuracyRequest,
  pools: Pools,
  seed: number,
): Promise<DetectorResult> {
  const begun = performance.now();
  const settings = (fineTuning: boolean) => ({
    ...glow.settings(request.preset, SHAPE),
    fit: fitSettings(preset(request.preset), { fineTuning }),
  });
  const data = (images: readonly Pixels[], generalModel: ParameterData | null): FitData => ({
    ...fitData(images, seed),
    generalModel,
  });
  const general = await keptWeights(
    request,
    `${SUITE} ${request.preset} seed ${seed} natural`,
    dependsOn(request, pools, seed),
    (checkpoint) =>
      fitMethod(
        { ...request, checkpoint },
        glow,
        data(pools.natural, null),
        settings(false),
        seed,
        `seed ${seed}, natural`,
      ),
  );
  const own = await fitMethod(
    request,
    glow,
    data(pools.clothes, general.parameters),
    settings(true),
    seed,
    `seed ${seed}, clothes`,
  );
  return scored(request, pools, glow, settings(true), own, general.parameters, begun);
}

async function denseResult(request: AccuracyRequest, pools: Pools, seed: number): Promise<DetectorResult> {
  const begun = performance.now();
  const settings = denseGlow.settings(request.preset, SHAPE);
  const own = await fitMethod(
    request,
    denseGlow,
    fitData(pools.clothes, seed),
    settings,
    seed,
    `seed ${seed}, dense`,
  );
  return scored(request, pools, denseGlow, settings, own, null, begun);
}

function fitData(images: readonly Pixels[], seed: number): FitData {
  const order = shuffled(images, seed, 'fitted');
  return {
    normal: memorySource(order.slice(HELD_OUT), SHAPE),
    heldOut: memorySource(order.slice(0, HELD_OUT), SHAPE),
    general: null,
    generalModel: null,
    exposure: null,
    encoder: null,
  };
}

async function scored<Settings>(
  request: AccuracyRequest,
  pools: Pools,
  method: Method<Settings>,
  settings: Settings,
  parameters: ParameterData,
  generalModel: ParameterData | null,
  begun: number,
): Promise<DetectorResult> {
  const fitted = { parameters, generalModel, encoder: null };
  const score = (images: readonly Pixels[]) => scoreMethod(request, method, settings, fitted, SHAPE, images);
  const inScores = await score(pools.testedClothes);
  const bits = (inScores['likelihood'] ?? []).map((value) => bitsPerDimension(-value, elementsOf(SHAPE)));
  return {
    bitsPerDim: mean(bits),
    inScores,
    outScores: await score(pools.testedDigits),
    seconds: (performance.now() - begun) / 1000,
  };
}

async function loadPools(data: string): Promise<Pools> {
  const clothes = distinct(await paddedImages(join(data, 'fashion-mnist', 'train')));
  const test = distinct(await paddedImages(join(data, 'fashion-mnist', 'test')), clothes);
  const digits = distinct(await paddedImages(join(data, 'mnist', 'test')));
  const small = await folderImages(join(data, 'natural32', 'imagenet-origin'));
  const crops = await shrunkCrops(join(data, 'imagenette'), CROPS_PER_PHOTOGRAPH, CROP_SEED);
  const natural = distinct([...small, ...crops].map(greyOf));
  const testedClothes = shuffled(test, 0, 'tested').slice(0, TESTED);
  const testedDigits = shuffled(digits, 0, 'tested').slice(0, TESTED);
  const digest = createHash('sha256');
  for (const pool of [clothes, testedClothes, testedDigits, natural])
    for (const image of pool) digest.update(image);
  return { clothes, testedClothes, testedDigits, natural, fingerprint: digest.digest('hex') };
}

/** Grey images of 28×28 in the middle of 32×32 black ones, as both sets have black backgrounds: no pixel is interpolated. */
async function paddedImages(folder: string): Promise<Pixels[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.png'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const images: Pixels[] = [];
  for (const path of paths) {
    const { data, info } = await sharp(path)
      .greyscale()
      .extend({ top: 2, bottom: 2, left: 2, right: 2, background: 'black' })
      .raw()
      .toBuffer({ resolveWithObject: true });
    if (info.channels !== 1 || info.height !== SHAPE.height || info.width !== SHAPE.width)
      throw new RangeError(`"${path}" is no grey image of 28×28`);
    images.push(Uint8Array.from(data));
  }
  return images;
}
