/** The Glows that are looked into: fitted on CIFAR-10, one a seed, all on the same images. */
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

/** @param tested images of each side. @param request `data` holds cifar10 and svhn */
export async function analysisModels(request: AccuracyRequest, tested: number): Promise<AnalysisModels> {
  const { data, environment, report, seeds } = request;
  report('reading images');
  const cifar = shuffled(distinct(await folderImages(join(data, 'cifar10'))), SPLIT_SEED, 'cifar split');
  const outside = shuffled(distinct(await folderImages(join(data, 'svhn'))), SPLIT_SEED, 'svhn split').slice(
    0,
    tested,
  );
  const [inside, rest] = [cifar.slice(0, tested), cifar.slice(tested)];
  const [heldOut, fitted] = [rest.slice(0, HELD_OUT), rest.slice(HELD_OUT)];
  const dataFingerprint = fingerprintOf([...inside, ...rest, ...outside]);
  const { glow: network } = glow.settings(request.preset, SHAPE);
  const models: ParameterData[] = [];
  for (const seed of seeds) {
    const settings = {
      ...glow.settings(request.preset, SHAPE),
      fit: fitSettings(preset(request.preset), {}),
    };
    const name = `analysis ${request.preset} seed ${seed}`;
    const fitData = {
      normal: memorySource(fitted, SHAPE),
      heldOut: memorySource(heldOut, SHAPE),
      general: null,
      generalModel: null,
      exposure: null,
      encoder: null,
    };
    const { parameters } = await keptWeights(request, name, [settings, dataFingerprint], (checkpoint) =>
      fitMethod({ ...request, checkpoint }, glow, fitData, settings, seed, name),
    );
    models.push(parameters);
  }
  return {
    environment,
    glow: network,
    shape: SHAPE,
    models,
    fitted,
    inside,
    outside,
    report,
    dataFingerprint,
  };
}

function fingerprintOf(images: readonly Pixels[]): string {
  const digest = createHash('sha256');
  for (const image of images) digest.update(image);
  return digest.digest('hex');
}
