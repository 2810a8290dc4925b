/** The Glows that are looked into: fitted on CIFAR-10, one a seed, all on the same images, and beside them one on each of two other sets. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { glow } from '../../models/detectors/glow.ts';
import { fitSettings, preset } from '../../models/detectors/glow/presets.ts';
import type { ParameterData } from '../../models/detectors/detector.ts';
import { fitMethod } from '../accuracy/fitted-method.ts';
import {
  type Pixels,
  SHAPE,
  distinct,
  folderImages,
  memorySource,
  shuffled,
} from '../accuracy/image-pools.ts';
import { keptWeights } from '../accuracy/kept-weights.ts';
import type { AccuracyRequest } from '../accuracy/request.ts';
import type { AnalysisInput } from './analysis.ts';

const HELD_OUT = 160;
const SPLIT_SEED = 1;

export interface AnalysisModels extends AnalysisInput {
  readonly dataFingerprint: string;
}

/** @param tested images of each side. @param request `data` holds cifar10, svhn and natural32 */
export async function analysisModels(request: AccuracyRequest, tested: number): Promise<AnalysisModels> {
  const { data, environment, preset, report, seeds } = request;
  report('reading images');
  const cifar = shuffled(distinct(await folderImages(join(data, 'cifar10'))), SPLIT_SEED, 'cifar split');
  const svhn = shuffled(distinct(await folderImages(join(data, 'svhn'))), SPLIT_SEED, 'svhn split');
  const natural = shuffled(
    distinct(await folderImages(join(data, 'natural32', 'imagenet-origin')), cifar),
    SPLIT_SEED,
    'natural split',
  );
  const [inside, rest] = [cifar.slice(0, tested), cifar.slice(tested)];
  const [outside, otherDigits] = [svhn.slice(0, tested), svhn.slice(tested)];
  const fingerprint = fingerprintOf([...inside, ...rest, ...outside]);
  const models: ParameterData[] = [];
  for (const seed of seeds)
    models.push(await fitted(request, rest, seed, `analysis ${preset} seed ${seed}`, fingerprint));
  const fittedOn = (set: string, images: readonly Pixels[]) =>
    fitted(request, images, SPLIT_SEED, `analysis ${preset} of ${set}`, fingerprintOf(images));
  return {
    environment,
    glow: glow.settings(preset, SHAPE).glow,
    shape: SHAPE,
    models,
    elsewhere: async () => [await fittedOn('SVHN', otherDigits), await fittedOn('natural images', natural)],
    fitted: rest.slice(HELD_OUT),
    inside,
    outside,
    report,
    dataFingerprint: fingerprintOf([...cifar, ...svhn, ...natural]),
  };
}

async function fitted(
  request: AccuracyRequest,
  images: readonly Pixels[],
  seed: number,
  name: string,
  fingerprint: string,
): Promise<ParameterData> {
  const settings = {
    ...glow.settings(request.preset, SHAPE),
    fit: fitSettings(preset(request.preset), {}),
  };
  const data = {
    normal: memorySource(images.slice(HELD_OUT), SHAPE),
    heldOut: memorySource(images.slice(0, HELD_OUT), SHAPE),
    general: null,
    generalModel: null,
    exposure: null,
    encoder: null,
  };
  const { parameters } = await keptWeights(request, name, [settings, fingerprint], (checkpoint) =>
    fitMethod({ ...request, checkpoint }, glow, data, settings, seed, name),
  );
  return parameters;
}

function fingerprintOf(images: readonly Pixels[]): string {
  const digest = createHash('sha256');
  for (const image of images) digest.update(image);
  return digest.digest('hex');
}
