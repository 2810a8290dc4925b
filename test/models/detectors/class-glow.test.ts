import { describe, expect, it } from 'vitest';
import { fitMethod, scoreMethod } from '../../../bench/accuracy/fitted-method.ts';
import * as a from '../../../models/array.ts';
import { type ClassGlowFit, classGlow } from '../../../models/detectors/class-glow.ts';
import { ClassDensities } from '../../../models/detectors/class-glow/class-densities.ts';
import { classLogDensities, initialClasses } from '../../../models/detectors/class-glow/density.ts';
import { classObjective } from '../../../models/detectors/class-glow/objective.ts';
import type { NamedTensors } from '../../../models/detectors/detector.ts';
import { generalName } from '../../../models/detectors/glow/against-outliers.ts';
import { contributionMaps, latents } from '../../../models/detectors/glow/flow.ts';
import type { GlowSettings } from '../../../models/detectors/glow/parameters.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { TARGETS, compileAndRun, evaluate, expectClose, expectSame } from '../evaluate.ts';
import { LAYOUTS } from '../flows/transforms.ts';
import { type Samples, chance, floats, sample } from '../samples.ts';
import { fitDataOf } from './density-laws.ts';
import { get, images, movedParameters } from './glow/glow-samples.ts';

const glow: GlowSettings = { channels: 1, scales: 2, stepsPerScale: 1, hiddenChannels: 4 };
const CLASSES = 3;
/** 8 channels of 2×2 pixels. */
const LAST = 32;
const own: Samples = {
  ...movedParameters(glow),
  'class.mean': floats([CLASSES, LAST], 5, -1, 1),
  'class.logs': floats([CLASSES, LAST], 6, -0.5, 0.5),
};
const x = images(2, 1, 8, 8, 2);

/** log p(x | c) in float64 from the flow's contributions and its last latent. */
function reference(): number[] {
  const found = evaluate(
    (tensors: NamedTensors) => {
      const pixels = get(tensors, 'images');
      const maps = contributionMaps(glow, tensors, pixels, 'channels-first');
      const [, last] = latents(glow, tensors, pixels, 'channels-first');
      return {
        standard: maps.map((map) => a.sum(map, [1, 2])).reduce(a.add),
        last: last ?? pixels,
      };
    },
    { ...own, images: x },
  );
  const z = found['last']?.data ?? [];
  const mean = own['class.mean']?.data ?? [];
  const logs = own['class.logs']?.data ?? [];
  return [0, 1].flatMap((image) =>
    Array.from({ length: CLASSES }, (_, c) => {
      let total = found['standard']?.data[image] ?? NaN;
      for (let at = 0; at < LAST; at++) {
        const [m = NaN, s = NaN, value = NaN] = [
          mean[c * LAST + at],
          logs[c * LAST + at],
          z[image * LAST + at],
        ];
        total += -0.5 * ((value - m) / Math.exp(s)) ** 2 - s + 0.5 * value ** 2;
      }
      return total;
    }),
  );
}

describe.each(LAYOUTS)('the density of a class (%s)', (layout) => {
  it('is that of the flow with a Gaussian of its own on the last latent', async () => {
    const expected = { classes: sample(reference(), [2, CLASSES]) };
    const program = (tensors: NamedTensors) => ({
      classes: classLogDensities(glow, tensors, get(tensors, 'images'), layout),
    });
    for (const target of TARGETS)
      expectSame(await compileAndRun(program, { ...own, images: x }, target), expected, 1e-4);
  });

  it.each([false, true])(
    'is pushed down for the images of other classes (general model: %s)',
    async (general) => {
      const negatives = { weight: 30, temperature: 20 };
      const shape = { channels: 1, height: 8, width: 8 } as const;
      const objective = classObjective(glow, CLASSES, negatives, 2, shape, general).objective(layout);
      const broad = Object.fromEntries(
        Object.entries(movedParameters(glow, 9)).map(([name, values]) => [generalName(name), values]),
      );
      const rows = [
        [1, 0, 0],
        [0, 0, 1],
      ].flatMap((label, image) => [...Array.from(x.data.slice(image * 64, (image + 1) * 64)), ...label]);
      const inputs: Samples = {
        ...own,
        ...(general ? broad : {}),
        labelled: sample(rows, [2, 64 + CLASSES]),
      };
      const program = (tensors: NamedTensors) => {
        const { loss, sampleLoss } = objective.evaluate(tensors, { labelled: get(tensors, 'labelled') });
        return { loss, sampleLoss };
      };
      const densities = reference();
      const of = (image: number, c: number) => densities[image * CLASSES + c] ?? NaN;
      const ofGeneral = evaluate(
        (tensors: NamedTensors) => ({
          log: contributionMaps(glow, tensors, get(tensors, 'images'), 'channels-first')
            .map((map) => a.sum(map, [1, 2]))
            .reduce(a.add),
        }),
        { ...movedParameters(glow, 9), images: x },
      )['log']?.data;
      const pairs = [
        [0, 1, 0],
        [0, 2, 0],
        [1, 0, 2],
        [1, 1, 2],
      ] as const;
      const against = pairs.map(([image, c, mine]) => {
        const compared = general ? (ofGeneral?.[image] ?? NaN) : of(image, mine);
        return Math.log1p(Math.exp((of(image, c) - compared) / 20));
      });
      const loss =
        -(of(0, 0) + of(1, 2)) / 2 + (30 * against.reduce((sum, value) => sum + value, 0)) / against.length;
      for (const target of TARGETS) {
        const found = await compileAndRun(program, inputs, target);
        expectClose(found['sampleLoss']?.data ?? [], [-of(0, 0), -of(1, 2)], 1e-4);
        expectClose(found['loss']?.data ?? [], [loss], 1e-3);
      }
    },
  );
});

describe('the detector class-glow', () => {
  const shape = { channels: 1, height: 16, width: 16 } as const;
  const draw = chance(8);
  /** Stripes across, down, or along the diagonal. */
  const stripes = (kind: number) =>
    Uint8Array.from({ length: 256 }, (_, at) => {
      const [y, x16] = [Math.floor(at / 16), at % 16];
      const along = [y, x16, x16 + y][kind] ?? 0;
      return Math.round(120 + 60 * Math.sin((2 * Math.PI * along) / 8) + 20 * (draw() - 0.5));
    });
  const kinds = Array.from({ length: 100 }, (_, index) => index % 2);
  const all = kinds.map(stripes);
  const tiny = classGlow.settings('tiny', shape);
  const settings: ClassGlowFit = {
    ...tiny,
    glow: { ...tiny.glow, scales: 2 },
    classes: 2,
    run: {
      ...tiny.run,
      evaluateEvery: 60,
      schedule: { ...tiny.run.schedule, peak: 2e-3, totalSteps: 120 },
      augmentation: { translate: 0, flipHorizontally: false },
    },
  };
  const data = fitDataOf(all, shape, {
    classes: { count: 2, heldOut: kinds.slice(0, 20), normal: kinds.slice(20) },
  });

  it('tells its classes apart, and finds what is of none', async () => {
    const environment = await cpuEnvironment();
    const request = { environment, report: () => undefined };
    const parameters = await fitMethod(request, classGlow, data, settings, 1, 'classes');
    const model = await ClassDensities.open(environment, settings, parameters, shape, 10);
    const told = (await model.ofAll(data.heldOut)).map(([first = 0, second = 0]) => (first > second ? 0 : 1));
    await model.dispose();
    expect(told.filter((kind, index) => kind === kinds[index]).length).toBeGreaterThanOrEqual(19);
    const fitted = { parameters, generalModel: null, encoder: null };
    const scores = await scoreMethod({ environment }, classGlow, settings, fitted, shape, [
      ...all.slice(0, 10),
      ...Array.from({ length: 5 }, () => Uint8Array.from({ length: 256 }, () => Math.floor(256 * draw()))),
      new Uint8Array(256),
    ]);
    expect(Object.keys(scores)).toEqual(['likelihood', 'nearest-class']);
    for (const values of Object.values(scores)) {
      expect(values.every(Number.isFinite)).toBe(true);
      expect(Math.min(...values.slice(10, 15))).toBeGreaterThan(Math.max(...values.slice(0, 10)));
    }
  });

  it('says what is missing', async () => {
    const environment = await cpuEnvironment();
    const { classes, ...without } = data;
    await expect(classGlow.prepare(environment, without, settings, 1)).rejects.toThrow(
      'needs to know the class of each normal image',
    );
    await expect(classGlow.prepare(environment, data, { ...settings, classes: 3 }, 1)).rejects.toThrow(
      'set up for 3 classes, not 2',
    );
    expect(classes?.count).toBe(2);
    expect(
      Object.values(initialClasses(glow, 3, shape)).every((values) => values.every((value) => value === 0)),
    ).toBe(true);
  });
});
