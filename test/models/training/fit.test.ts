import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { ParameterData } from '../../../models/detectors/detector.ts';
import type { Environment } from '../../../models/device.ts';
import { type FitEvent, fit } from '../../../models/training/fit.ts';
import { type Start, startImageTraining } from './image-training.ts';
import type { ImageFitSettings } from '../../../models/run-settings.ts';
import type { Training } from '../../../models/training/training.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { chance } from '../samples.ts';
import { SIZE, gaussianModel, sourceOf } from './gaussian-model.ts';

const draw = chance(4);
const images = Array.from({ length: 16 }, () =>
  Uint8Array.from({ length: SIZE }, (_, pixel) => 60 + pixel + Math.floor(40 * draw())),
);

function settingsOf(totalSteps: number, evaluateEvery: number, patience: number): ImageFitSettings {
  return {
    batchSize: 4,
    optimiser: { kind: 'adamax', weightDecay: 0 },
    schedule: { peak: 0.02, warmupSteps: 2, totalSteps, decay: 'cosine' },
    averagingDecay: 0.8,
    augmentation: { translate: 0, flipHorizontally: true },
    evaluateEvery,
    patience,
  };
}

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

async function started(settings: ImageFitSettings, start: Start = { kind: 'fresh' }): Promise<Training> {
  const training = await startImageTraining(environment, gaussianModel, settings, sourceOf(images), start, 1);
  onTestFinished(() => training.dispose());
  return training;
}

/** Held-out bits/dim as written down; `measured` gets the weights that each evaluation was given. */
function curve(values: readonly number[], measured: ParameterData[] = []) {
  return (parameters: ParameterData): Promise<number> => {
    const value = values[measured.length];
    if (value === undefined) throw new RangeError(`evaluation ${measured.length + 1} of ${values.length}`);
    measured.push(parameters);
    return Promise.resolve(value);
  };
}

async function eventsOf(events: AsyncIterable<FitEvent>): Promise<FitEvent[]> {
  const all: FitEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

const outline = (events: readonly FitEvent[]) => events.map(({ kind, step }) => `${kind} ${step}`).join(', ');

const evaluations = (events: readonly FitEvent[]) => events.filter((event) => event.kind === 'evaluation');

describe('a fit', () => {
  it('evaluates every so many steps and after the last, with the averaged weights', async () => {
    const settings = settingsOf(8, 3, 0);
    const training = await started(settings);
    const measured: ParameterData[] = [];
    const averages: ParameterData[] = [];
    const all: FitEvent[] = [];
    for await (const event of fit(training, settings, curve([5, 4, 3], measured))) {
      all.push(event);
      if (event.kind === 'evaluation') averages.push(await training.parameters());
    }
    expect(outline(all)).toBe(
      'step 1, step 2, step 3, evaluation 3, step 4, step 5, step 6, evaluation 6, step 7, step 8, evaluation 8, finished 8',
    );
    expect(all.at(-1)).toEqual({ kind: 'finished', step: 8, reason: 'all-steps' });
    expect(measured).toEqual(averages);
  });

  it('hands out weights with each new best, and only then', async () => {
    const settings = settingsOf(10, 2, 0);
    const training = await started(settings);
    const measured: ParameterData[] = [];
    const all = await eventsOf(fit(training, settings, curve([5, 4, 4, 4.5, 3], measured)));
    expect(evaluations(all).map(({ best, heldOut }) => [heldOut, best])).toEqual([
      [5, { heldOut: 5, step: 2 }],
      [4, { heldOut: 4, step: 4 }],
      [4, { heldOut: 4, step: 4 }],
      [4.5, { heldOut: 4, step: 4 }],
      [3, { heldOut: 3, step: 10 }],
    ]);
    expect(evaluations(all).map(({ parameters }) => parameters)).toEqual([
      measured[0],
      measured[1],
      null,
      null,
      measured[4],
    ]);
    expect(training.progress.best).toEqual({ heldOut: 3, step: 10 });
  });

  it('stops when as many evaluations as its patience brought nothing better', async () => {
    const settings = settingsOf(20, 2, 2);
    const all = await eventsOf(fit(await started(settings), settings, curve([5, 4, 4.5, 3.5, 3.5, 3.6])));
    expect(evaluations(all).map(({ step }) => step)).toEqual([2, 4, 6, 8, 10, 12]);
    expect(all.at(-1)).toEqual({ kind: 'finished', step: 12, reason: 'no-improvement' });
  });

  it('takes all steps without patience', async () => {
    const settings = settingsOf(8, 1, 0);
    const all = await eventsOf(fit(await started(settings), settings, curve([1, 2, 3, 4, 5, 6, 7, 8])));
    expect(all.at(-1)).toEqual({ kind: 'finished', step: 8, reason: 'all-steps' });
  });

  it('goes on after it was abandoned, to the same bytes', async () => {
    const settings = settingsOf(8, 3, 0);
    const whole = await started(settings);
    await eventsOf(fit(whole, settings, curve([5, 4, 3])));
    const halted = await started(settings);
    for await (const { kind, step } of fit(halted, settings, curve([5]))) {
      if (kind === 'step' && step === 4) break;
    }
    expect(halted.step).toBe(4);
    const rest = await eventsOf(fit(halted, settings, curve([4, 3])));
    expect(outline(rest)).toBe('step 5, step 6, evaluation 6, step 7, step 8, evaluation 8, finished 8');
    expect(await halted.checkpoint()).toEqual(await whole.checkpoint());
  });

  it('keeps its best over a checkpoint', async () => {
    const settings = settingsOf(6, 2, 0);
    const before = await started(settings);
    for await (const event of fit(before, settings, curve([3]))) if (event.kind === 'evaluation') break;
    const checkpoint = structuredClone(await before.checkpoint());
    const after = await started(settings, { kind: 'resume', checkpoint });
    const all = evaluations(await eventsOf(fit(after, settings, curve([3.5, 2]))));
    expect(all.map(({ best, parameters }) => [best, parameters === null])).toEqual([
      [{ heldOut: 3, step: 2 }, true],
      [{ heldOut: 2, step: 6 }, false],
    ]);
  });

  it('stays stopped when resumed where it had stopped improving', async () => {
    const settings = settingsOf(20, 2, 1);
    const before = await started(settings);
    await eventsOf(fit(before, settings, curve([3, 4])));
    const checkpoint = structuredClone(await before.checkpoint());
    const after = await started(settings, { kind: 'resume', checkpoint });
    expect(await eventsOf(fit(after, settings, curve([])))).toEqual([
      { kind: 'finished', step: 4, reason: 'no-improvement' },
    ]);
  });
});
