import { expect, it } from 'vitest';
import { fitMethod, scoreMethod } from '../../../bench/accuracy/fitted-method.ts';
import { classGlow } from '../../../models/detectors/class-glow.ts';
import { denseGlow } from '../../../models/detectors/dense-glow.ts';
import { localGlow } from '../../../models/detectors/local-glow.ts';
import type { FitData, TrainedMethod } from '../../../models/detectors/method.ts';
import { pixelcnn } from '../../../models/detectors/pixelcnn.ts';
import type { ImageFitSettings } from '../../../models/run-settings.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { sourceOf } from '../training/gaussian-model.ts';

const shape = { channels: 1, height: 16, width: 16 } as const;
const blank = new Uint8Array(256).fill(128);
const other = Uint8Array.from({ length: 256 }, (_, at) => at);
const data: FitData = {
  normal: sourceOf([blank], shape),
  heldOut: sourceOf([blank], shape),
  general: null,
  generalModel: null,
  exposure: null,
  encoder: null,
  classes: { count: 10, normal: [3], heldOut: [3] },
};

async function expectSurvives<Settings extends { readonly run: ImageFitSettings }>(
  method: TrainedMethod<Settings>,
): Promise<void> {
  const environment = await cpuEnvironment();
  const tiny = method.settings('tiny', shape);
  const settings = {
    ...tiny,
    run: { ...tiny.run, evaluateEvery: 10, schedule: { ...tiny.run.schedule, totalSteps: 20 } },
  };
  const parameters = await fitMethod(
    { environment, report: () => undefined },
    method,
    data,
    settings,
    1,
    method.id,
  );
  const fitted = { parameters, generalModel: null, encoder: null };
  const scores = await scoreMethod({ environment }, method, settings, fitted, shape, [blank, other]);
  const [normal = NaN, strange = NaN] = scores['likelihood'] ?? [];
  expect(Number.isFinite(normal)).toBe(true);
  expect(strange).toBeGreaterThan(normal);
}

it('fits a PixelCNN++ to one constant image', () => expectSurvives(pixelcnn));
it('fits a dense Glow to one constant image', () => expectSurvives(denseGlow));
it('fits a local Glow to one constant image', () => expectSurvives(localGlow));
it('fits a class-conditional Glow to one constant image', () => expectSurvives(classGlow));
