import { beforeAll, describe, expect, it } from 'vitest';
import { fitMethod, imageScores } from '../../../bench/accuracy/fitted-method.ts';
import { type ContrastiveFlowSettings, contrastiveFlow } from '../../../models/detectors/contrastive-flow.ts';
import { flowMargin } from '../../../models/detectors/flow-margin.ts';
import { flowRatio } from '../../../models/detectors/flow-ratio.ts';
import type { Encoder, FitData, ImageScores, Method } from '../../../models/detectors/method.ts';
import { plainFlow } from '../../../models/detectors/plain-flow.ts';
import type { FloorSettings } from '../../../models/detectors/shared/flow-fit.ts';
import type { FlowMethodSettings } from '../../../models/detectors/shared/flow-features.ts';
import type { Environment } from '../../../models/device.ts';
import { FeatureError } from '../../../models/features/feature-error.ts';
import type { ImageShape } from '../../../models/images.ts';
import { auroc } from '../../../models/scoring/metrics.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { chance } from '../samples.ts';
import { sourceOf } from '../training/gaussian-model.ts';

const SHAPE: ImageShape = { channels: 1, height: 4, width: 4 };

/**
 * Features that can be read off: each quarter of the image is a place with two features, its two upper pixels as ±1; the vector is the mean
 * of the places.
 */
const quarters: Encoder = {
  fingerprint: 'quarters',
  dimensions: 2,
  grid: { height: 2, width: 2, dimensions: 2 },
  encode(images) {
    const grids = Float32Array.from(
      images.flatMap((image) =>
        [0, 2, 8, 10].flatMap((at) => [image[at], image[at + 1]].map((pixel) => (pixel ?? 0) / 128 - 1)),
      ),
    );
    const vectors = Float32Array.from({ length: images.length * 2 }, (_, index) => {
      const from = Math.floor(index / 2) * 8 + (index % 2);
      return [0, 2, 4, 6].reduce((sum, step) => sum + (grids[from + step] ?? 0) / 4, 0);
    });
    return Promise.resolve({ vectors, grids });
  },
};

/** Two pixels of each quarter around these values; all else is 0. */
function images(
  count: number,
  seed: number,
  centre: readonly [number, number],
  spread: number,
): Uint8Array[] {
  const draw = chance(seed);
  return Array.from({ length: count }, () => {
    const image = new Uint8Array(16);
    for (const at of [0, 2, 8, 10])
      centre.forEach((value, step) => (image[at + step] = value + spread * (draw() + draw() - 1)));
    return image;
  });
}

const normal = images(200, 1, [140, 140], 20);
const tested = images(60, 2, [140, 140], 20);
const other = images(200, 3, [110, 110], 60);
const anomalous = images(60, 4, [90, 90], 20);

const DATA: FitData = {
  normal: sourceOf(normal, SHAPE),
  heldOut: sourceOf(images(40, 5, [140, 140], 20), SHAPE),
  general: sourceOf(other, SHAPE),
  generalModel: null,
  exposure: null,
  encoder: quarters,
};

let environment: Environment;
beforeAll(async () => {
  environment = await cpuEnvironment();
});

interface Fitted {
  readonly settings: FlowMethodSettings;
  readonly parameters: Readonly<Record<string, Float32Array>>;
  readonly score: (list: readonly Uint8Array[], encoder?: Encoder) => Promise<ImageScores[]>;
}

async function fitted<S extends FlowMethodSettings>(
  method: Method<S>,
  change: (settings: S) => S = (settings) => settings,
  data: FitData = DATA,
): Promise<Fitted> {
  const settings = change(method.settings('tiny', SHAPE));
  const request = { environment, report: () => {} };
  const parameters = await fitMethod(request, method, data, settings, 1, method.id);
  return {
    settings,
    parameters,
    score: (list, encoder = quarters) =>
      imageScores(request, method, settings, { parameters, generalModel: null, encoder }, SHAPE, list),
  };
}

const withFloor =
  (floor: FloorSettings) =>
  (settings: ContrastiveFlowSettings): ContrastiveFlowSettings => ({ ...settings, floor });

const first = (scores: readonly ImageScores[]) =>
  scores.map(({ scores: all }) => Object.values(all)[0] ?? NaN);

const METHODS = [
  [
    'plain-flow',
    'likelihood',
    () => fitted(plainFlow),
    () => fitted(plainFlow, (s) => ({ ...s, places: 'none' })),
  ],
  [
    'contrastive-flow',
    'likelihood',
    () => fitted(contrastiveFlow),
    () => fitted(contrastiveFlow, (s) => ({ ...s, places: 'none' })),
  ],
  [
    'flow-ratio',
    'ratio',
    () => fitted(flowRatio),
    () => fitted(flowRatio, (s) => ({ ...s, places: 'none' })),
  ],
  [
    'flow-margin',
    'likelihood',
    () => fitted(flowMargin),
    () => fitted(flowMargin, (s) => ({ ...s, places: 'none' })),
  ],
] as const;

describe.each(METHODS)('%s', (_, score, onPlaces, onVectors) => {
  it('finds what is unlike the normal images more anomalous, on vectors', async () => {
    const detector = await onVectors();
    const [inside, outside] = [await detector.score(tested), await detector.score(anomalous)];
    expect(Object.keys(inside[0]?.scores ?? {})[0]).toBe(score);
    expect(inside[0]?.maps).toEqual({});
    expect(auroc(first(inside), first(outside))).toBeGreaterThan(0.95);
  });

  it('shows the place of a defect, which decides the score of the image', async () => {
    const detector = await onPlaces();
    const defective = tested.map((image) => {
      const copy = image.slice();
      copy.set([60, 60], 10);
      return copy;
    });
    const found = await detector.score(defective);
    for (const { scores, maps } of found) {
      const map = maps[score];
      expect(map).toMatchObject({ height: 2, width: 2, cell: 2 });
      const values = Array.from(map?.values ?? []);
      expect(values.indexOf(Math.max(...values))).toBe(3);
      expect(scores[score]).toBe(Math.max(...values));
    }
    expect(auroc(first(await detector.score(tested)), first(found))).toBeGreaterThan(0.95);
  });
});

describe('a flow on features', () => {
  it('has the same bytes with the same seed', async () => {
    expect((await fitted(contrastiveFlow)).parameters).toEqual((await fitted(contrastiveFlow)).parameters);
  });

  it('takes the mean of the places where that is asked for', async () => {
    const detector = await fitted(plainFlow, (settings) => ({ ...settings, places: 'mean' }));
    const [one] = await detector.score(tested.slice(0, 1));
    const values = one?.maps['likelihood']?.values ?? new Float32Array();
    expect(one?.scores['likelihood']).toBeCloseTo(
      values.reduce((sum, value) => sum + value / 4, 0),
      4,
    );
  });

  it("keeps ε with its weights: as given, or the plain flow's quantile and what is added", async () => {
    const given = await fitted(contrastiveFlow, withFloor({ kind: 'given', floor: -3 }));
    expect(Array.from(given.parameters['floor'] ?? [])).toEqual([-3]);
    const at = async (above: number) => {
      const { parameters } = await fitted(
        contrastiveFlow,
        withFloor({ kind: 'quantile', quantile: 0.1, above }),
      );
      return parameters['floor']?.[0] ?? NaN;
    };
    expect((await at(2)) - (await at(0))).toBeCloseTo(2, 5);
  });

  it('takes exposure images, general images, or both as its contrast set', async () => {
    const exposure = sourceOf(anomalous, SHAPE);
    for (const data of [
      { ...DATA, general: null, exposure },
      { ...DATA, exposure },
    ])
      await expect(fitted(contrastiveFlow, undefined, data)).resolves.toBeDefined();
  });

  it.each([
    ['one image', [images(1, 6, [140, 140], 0)]],
    ['constant images', [Array.from({ length: 20 }, () => new Uint8Array(16))]],
  ])('gives finite scores where there is %s to fit on', async (_, [few = []]) => {
    const source = sourceOf(few, SHAPE);
    for (const places of ['none', 'largest'] as const) {
      const change = <S extends FlowMethodSettings>(settings: S) => ({ ...settings, places });
      const data = { ...DATA, normal: source, heldOut: source };
      const detectors = [await fitted(plainFlow, change, data), await fitted(contrastiveFlow, change, data)];
      for (const detector of detectors) {
        const [same, strange] = first(
          await detector.score([few[0] ?? new Uint8Array(16), new Uint8Array(16).fill(255)]),
        );
        expect([same, strange].every(Number.isFinite)).toBe(true);
        expect(strange).toBeGreaterThan(same ?? Infinity);
      }
    }
  });

  it('says what is missing or wrong', async () => {
    const problem = async (change: Partial<FitData>) => {
      const reason: unknown = await fitted(contrastiveFlow, undefined, { ...DATA, ...change }).catch(
        (e: unknown) => e,
      );
      expect(reason).toBeInstanceOf(FeatureError);
      return reason instanceof FeatureError ? reason.kind : null;
    };
    const broken: Encoder = {
      ...quarters,
      encode: async (list) => {
        const { vectors, grids } = await quarters.encode(list);
        grids?.fill(NaN, 0, 1);
        return { vectors, grids };
      },
    };
    expect(await problem({ encoder: null })).toBe('no-encoder');
    expect(await problem({ general: null })).toBe('no-contrast');
    expect(await problem({ encoder: broken })).toBe('not-finite');
    expect(await problem({ normal: sourceOf([], SHAPE) })).toBe('no-features');
    expect(await problem({ encoder: { ...quarters, dimensions: 1, grid: null } })).toBe('wrong-dimensions');
    const detector = await fitted(plainFlow);
    await expect(detector.score(tested, broken)).rejects.toThrow(FeatureError);
  });
});
