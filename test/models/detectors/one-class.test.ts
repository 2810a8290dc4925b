import { beforeAll, describe, expect, it } from 'vitest';
import { fitMethod, scoreMethod } from '../../../bench/accuracy/fitted-method.ts';
import type { ParameterData } from '../../../models/detectors/detector.ts';
import { bce } from '../../../models/detectors/bce.ts';
import { deepSad } from '../../../models/detectors/deep-sad.ts';
import { deepSvdd } from '../../../models/detectors/deep-svdd.ts';
import { focal } from '../../../models/detectors/focal.ts';
import { hsc } from '../../../models/detectors/hsc.ts';
import type { FitData, TrainedMethod } from '../../../models/detectors/method.ts';
import type { OneClassSettings } from '../../../models/detectors/shared/one-class-settings.ts';
import type { Environment } from '../../../models/device.ts';
import { type ImageShape, elementsOf } from '../../../models/images.ts';
import { PRESETS } from '../../../models/preset-name.ts';
import { RandomStream } from '../../../models/random.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { normals } from '../samples.ts';
import { sourceOf } from '../training/gaussian-model.ts';

const SHAPE: ImageShape = { channels: 1, height: 16, width: 16 };

/** Waves of random phase, with noise, that run along the rows or the columns. */
function waves(count: number, direction: 'rows' | 'columns', period: number, seed: number): Uint8Array[] {
  const normal = normals(seed);
  return Array.from({ length: count }, () => {
    const phase = 3 * normal();
    return Uint8Array.from({ length: elementsOf(SHAPE) }, (_, at) => {
      const position = direction === 'rows' ? at % 16 : Math.floor(at / 16);
      const value = 128 + 60 * Math.sin((2 * Math.PI * position) / period + phase) + 15 * normal();
      return Math.min(255, Math.max(0, value));
    });
  });
}

const heldOut = waves(12, 'rows', 8, 2);
const normalTest = waves(40, 'rows', 8, 4);
const anomalousTest = waves(40, 'columns', 7, 5);

function dataOf(
  normal: readonly Uint8Array[],
  exposure: readonly Uint8Array[] | null,
  shape = SHAPE,
): FitData {
  return {
    normal: sourceOf(normal, shape),
    heldOut: sourceOf(shape === SHAPE ? heldOut : normal, shape),
    general: null,
    generalModel: null,
    exposure: exposure === null ? null : sourceOf(exposure, shape),
    encoder: null,
  };
}

const data = dataOf(waves(60, 'rows', 8, 1), waves(60, 'columns', 8, 3));

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

const request = () => ({ environment, report: () => {} });

async function scoresOf<Settings>(
  method: TrainedMethod<Settings>,
  settings: Settings,
  parameters: ParameterData,
  images: readonly Uint8Array[],
  shape = SHAPE,
): Promise<number[]> {
  const fitted = { parameters, generalModel: null, encoder: null };
  const [scores] = Object.values(await scoreMethod(request(), method, settings, fitted, shape, images));
  return scores ?? [];
}

/** A few steps are enough to see whether numbers stay finite, or are the same twice. */
function shortened<Settings extends OneClassSettings>(settings: Settings): Settings {
  const schedule = { ...settings.run.schedule, totalSteps: 6 };
  return { ...settings, run: { ...settings.run, schedule, evaluateEvery: 3 } };
}

function suite<Settings extends OneClassSettings>(method: TrainedMethod<Settings>, least: number): void {
  describe(method.title, () => {
    const settings = method.settings('tiny', SHAPE);

    it('finds the direction of waves wrong that it was not fitted on', async () => {
      const parameters = await fitMethod(request(), method, data, settings, 1, method.id);
      const normal = await scoresOf(method, settings, parameters, normalTest);
      const anomalous = await scoresOf(method, settings, parameters, anomalousTest);
      expect(auroc(normal, anomalous)).toBeGreaterThan(least);
    });

    it('stays finite on constant images and on one image', async () => {
      const flat = new Uint8Array(elementsOf(SHAPE)).fill(9);
      const one = dataOf([flat], method.needs.exposure === 'none' ? null : [flat]);
      const parameters = await fitMethod(request(), method, one, shortened(settings), 1, method.id);
      const scores = await scoresOf(method, settings, parameters, [flat, ...anomalousTest.slice(0, 3)]);
      expect(scores).toHaveLength(4);
      expect(scores.every(Number.isFinite)).toBe(true);
    });

    it('has settings of plain data for every preset', () => {
      for (const preset of PRESETS) {
        const own = method.settings(preset, { channels: 3, height: 32, width: 32 });
        expect(JSON.parse(JSON.stringify(own))).toEqual(own);
      }
    });

    if (method.needs.exposure === 'required') {
      it.each([
        ['no exposure images', null],
        ['an empty set of them', sourceOf([], SHAPE)],
      ])('says what is missing: %s', async (_, exposure) => {
        const attempt = fitMethod(request(), method, { ...data, exposure }, settings, 1, method.id);
        await expect(attempt).rejects.toMatchObject({ name: 'FitDataError', kind: 'missing' });
      });
    }
  });
}

suite(deepSvdd, 0.6);
suite(deepSad, 0.95);
suite(hsc, 0.95);
suite(bce, 0.95);
suite(focal, 0.95);

describe('one-class detectors', () => {
  it('are the same twice for a seed, and others for another', async () => {
    const settings = shortened(hsc.settings('tiny', SHAPE));
    const fitted = (seed: number) => fitMethod(request(), hsc, data, settings, seed, 'hsc');
    const first = await fitted(1);
    expect(await fitted(1)).toEqual(first);
    expect(await fitted(2)).not.toEqual(first);
  });

  it('train on as many exposure images as the settings say, blurred if they say so', async () => {
    const settings = { ...bce.settings('tiny', SHAPE), exposureImages: 3 };
    const still = { translate: 0, flipHorizontally: false, colourJitter: 0, noise: 0 };
    const drawn = async (exposureBlur: number) => {
      const own = { ...settings, augmentation: still, exposureBlur };
      const { inputs } = await bce.prepare(environment, data, own, 1);
      const samples = inputs[1]?.samples;
      expect(samples?.count).toBe(3);
      return (await samples?.draw([0], (purpose) => new RandomStream(1, purpose))) ?? new Float32Array();
    };
    const detail = (image: Float32Array) =>
      image.reduce((sum, value, at) => sum + Math.abs(value - (image[at - 16] ?? value)), 0);
    expect(detail(await drawn(2))).toBeLessThan(0.7 * detail(await drawn(0)));
  });

  it('score an image and its mirror image alike where they average both', async () => {
    const settings = { ...hsc.settings('tiny', SHAPE), mirrored: true };
    const prepared = await hsc.prepare(environment, data, settings, 1);
    const parameters = await prepared.finish(prepared.initial);
    const images = normalTest.slice(0, 5);
    const turned = images.map((image) => image.map((_, at) => image[at - (at % 16) + 15 - (at % 16)] ?? 0));
    const mirrored = await scoresOf(hsc, settings, parameters, turned);
    const scores = await scoresOf(hsc, settings, parameters, images);
    mirrored.forEach((score, at) => expect(score).toBeCloseTo(scores[at] ?? Number.NaN, 5));
    const once = await scoresOf(hsc, { ...settings, mirrored: false }, parameters, images);
    const other = await scoresOf(hsc, { ...settings, mirrored: false }, parameters, turned);
    scores.forEach((score, at) => expect(score).toBeCloseTo(((once[at] ?? 0) + (other[at] ?? 0)) / 2, 5));
  });

  it('take colour images of any sides that are multiples of 8', async () => {
    const shape: ImageShape = { channels: 3, height: 24, width: 16 };
    const normal = normals(8);
    const images = Array.from({ length: 6 }, () =>
      Uint8Array.from({ length: elementsOf(shape) }, () => Math.min(255, Math.max(0, 128 + 40 * normal()))),
    );
    const settings = bce.settings('tiny', shape);
    const prepared = await bce.prepare(environment, dataOf(images, images, shape), settings, 1);
    const parameters = await prepared.finish(prepared.initial);
    const scores = await scoresOf(bce, settings, parameters, images, shape);
    // The head begins at nothing.
    expect(scores).toEqual([0, 0, 0, 0, 0, 0]);
    const narrow = { ...shape, width: 20 };
    await expect(
      (async () => bce.prepare(environment, { ...data, normal: sourceOf(images, narrow) }, settings, 1))(),
    ).rejects.toThrow(/multiples of 8/);
  });
});
