/** Laws that every statistic on features keeps, and what each says where the answer is known. */
import { describe, expect, it } from 'vitest';
import { type Features, featuresOf } from '../../../models/features/features.ts';
import { kNearest } from '../../../models/features/k-nearest.ts';
import { type KdeSettings, kde } from '../../../models/features/kde.ts';
import { mahalanobis } from '../../../models/features/mahalanobis.ts';
import { mse } from '../../../models/features/mse.ts';
import { mseRatio } from '../../../models/features/mse-ratio.ts';
import { pca } from '../../../models/features/pca.ts';
import type { Statistic } from '../../../models/features/statistic.ts';
import { normals } from '../samples.ts';

const D = 5;

function cloud(count: number, seed: number, centre = 0, deviations = [3, 1, 0.5, 0.1, 2]): Features {
  const draw = normals(seed);
  const values = Float32Array.from(
    { length: count * D },
    (_, index) => centre + (deviations[index % D] ?? 1) * draw(),
  );
  return featuresOf(values, D, 'made-up');
}

function vectors(...rows: number[][]): Features {
  return featuresOf(Float32Array.from(rows.flat()), rows[0]?.length ?? 1, 'made-up');
}

function moved(features: Features, change: (vector: number[]) => number[]): Features {
  const rows = Array.from({ length: features.count }, (_, index) =>
    change([...features.values.subarray(index * D, (index + 1) * D)]),
  );
  return vectors(...rows);
}

/** A turn in the plane of every two neighbouring axes, one after the other. */
function turned(vector: number[]): number[] {
  const result = [...vector];
  for (let axis = 0; axis + 1 < D; axis++) {
    const [x = 0, y = 0] = [result[axis], result[axis + 1]];
    const angle = 0.7 + axis;
    result[axis] = Math.cos(angle) * x - Math.sin(angle) * y;
    result[axis + 1] = Math.sin(angle) * x + Math.cos(angle) * y;
  }
  return result;
}

interface Case {
  readonly name: string;
  readonly score: (normal: Features, contrast: Features, tested: Features) => number[];
  /** How a score changes when all vectors are made so many times longer. */
  readonly scaled: (score: number, factor: number) => number;
}

function entry<S>(name: string, statistic: Statistic<S>, settings: S, scaled: Case['scaled']): Case {
  return {
    name,
    scaled,
    score: (normal, contrast, tested) => [
      ...statistic.scorer(statistic.fit(normal, settings, contrast), settings)(tested),
    ],
  };
}

const square = (score: number, factor: number) => score * factor ** 2;
const linear = (score: number, factor: number) => score * factor;
/** A density over D axes that are all `factor` times as long. */
const density = (score: number, factor: number) => score + D * Math.log(factor);
const loo: KdeSettings = { bandwidth: { choice: 'leave-one-out' } };

const CASES: Case[] = [
  entry('mse', mse, {}, square),
  entry('mse-ratio', mseRatio, {}, square),
  entry('pca', pca, { keep: 'components', components: 2 }, square),
  entry('kde, leave-one-out', kde, loo, density),
  entry('kde, scott', kde, { bandwidth: { choice: 'scott' } }, density),
  entry('k-nearest, mean', kNearest, { neighbours: 3, distance: 'mean' }, linear),
  entry('k-nearest, last', kNearest, { neighbours: 3, distance: 'last' }, linear),
  entry('mahalanobis', mahalanobis, { shrinkage: 0.1 }, (score) => score),
];

function expectClose(actual: number[], expected: number[], tolerance = 1e-3): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((value, index) => {
    const reference = expected[index] ?? NaN;
    expect(Math.abs(value - reference) / (1 + Math.abs(reference))).toBeLessThan(tolerance);
  });
}

describe.each(CASES)('$name', ({ score, scaled }) => {
  const normal = cloud(80, 1);
  const contrast = cloud(60, 2, 4);
  const tested = cloud(20, 3, 1);
  const expected = score(normal, contrast, tested);

  it('does not depend on where the origin is', () => {
    const shift = (features: Features) =>
      moved(features, (vector) => vector.map((value, axis) => value + axis * 2 - 3));
    expectClose(score(shift(normal), shift(contrast), shift(tested)), expected);
  });

  it('does not depend on the axes', () => {
    const turn = (features: Features) => moved(features, turned);
    expectClose(score(turn(normal), turn(contrast), turn(tested)), expected);
  });

  it('changes with the unit of length as its formula says', () => {
    const stretch = (features: Features) => moved(features, (vector) => vector.map((value) => value * 8));
    expectClose(
      score(stretch(normal), stretch(contrast), stretch(tested)),
      expected.map((value) => scaled(value, 8)),
    );
  });

  it('says the same of vectors one by one and together', () => {
    const alone = Array.from({ length: tested.count }, (_, index) =>
      score(normal, contrast, vectors([...tested.values.subarray(index * D, (index + 1) * D)])),
    );
    expect(alone.flat()).toEqual(expected);
  });

  it('finds a vector far away more anomalous than all normal ones', () => {
    // Where the contrast lies: a ratio calls the other side normal, however far it is.
    const away = vectors([40, 37, 45, 38, 41]);
    const [far = NaN] = score(normal, contrast, away);
    expect(far).toBeGreaterThan(Math.max(...score(normal, contrast, normal)));
  });

  it.each([
    ['one vector', vectors([1, 2, 3, 4, 5])],
    ['equal vectors', vectors([1, 2, 3, 4, 5], [1, 2, 3, 4, 5], [1, 2, 3, 4, 5])],
    ['zeros', vectors([0, 0, 0, 0, 0], [0, 0, 0, 0, 0])],
    ['fewer vectors than dimensions', cloud(3, 9)],
  ])('gives finite scores after %s, higher farther away', (_, few) => {
    const [near = NaN, far = NaN] = score(few, contrast, vectors([1, 2, 3, 4, 5.01], [30, 20, 40, 25, 35]));
    expect(Number.isFinite(near)).toBe(true);
    expect(Number.isFinite(far)).toBe(true);
    expect(far).toBeGreaterThan(near);
  });

  it('refuses no vectors at all, and vectors of another size', () => {
    const none = featuresOf(new Float32Array(0), D, 'made-up');
    expect(() => score(none, contrast, tested)).toThrow(expect.objectContaining({ kind: 'no-features' }));
    expect(() => score(normal, contrast, vectors([1, 2]))).toThrow(
      expect.objectContaining({ kind: 'wrong-dimensions' }),
    );
  });
});

describe('featuresOf', () => {
  it.each([NaN, Infinity, -Infinity])('refuses %d, and says where it is', (value) => {
    const refused = () => featuresOf(Float32Array.of(1, 2, 3, value), 2, 'scored');
    expect(refused).toThrow(expect.objectContaining({ kind: 'not-finite' }));
    expect(refused).toThrow('Feature 1 of scored vector 1');
  });

  it('refuses a piece of a vector', () => {
    expect(() => featuresOf(Float32Array.of(1, 2, 3), 2, 'scored')).toThrow(
      expect.objectContaining({ kind: 'wrong-dimensions' }),
    );
  });
});

describe('known answers', () => {
  const scores = <S>(
    statistic: Statistic<S>,
    settings: S,
    normal: Features,
    tested: Features,
    contrast: Features | null = null,
  ) => [...statistic.scorer(statistic.fit(normal, settings, contrast), settings)(tested)];

  it('mse is the mean squared distance to the mean', () => {
    expect(scores(mse, {}, vectors([0, 0], [2, 4]), vectors([1, 2], [4, 6]))).toEqual([0, (9 + 16) / 2]);
  });

  it('mse-ratio is linear: its gradient is twice the difference of the means', () => {
    const normal = vectors([1, 1]);
    const contrast = vectors([0, 0]);
    expect(scores(mseRatio, {}, normal, vectors([1, 1], [0, 0], [0.5, 0.5], [3, 3]), contrast)).toEqual([
      -1, 1, 0, -5,
    ]);
    expect(() => mseRatio.fit(normal, {}, null)).toThrow(expect.objectContaining({ kind: 'no-contrast' }));
  });

  it('pca leaves what is outside the plane of the normal vectors', () => {
    const normal = vectors([1, 0, 0], [-1, 0, 0], [0, 2, 0], [0, -2, 0]);
    const tested = vectors([5, 7, 0], [5, 7, 3]);
    const [inside = NaN, outside = NaN] = scores(pca, { keep: 'components', components: 2 }, normal, tested);
    expect(inside).toBeCloseTo(0, 10);
    expect(outside).toBeCloseTo(3, 6);
    // The second axis has 4/5 of the variance.
    expect(scores(pca, { keep: 'variance', share: 0.79 }, normal, vectors([5, 7, 0]))[0]).toBeCloseTo(
      25 / 3,
      5,
    );
    expect(scores(pca, { keep: 'variance', share: 0.81 }, normal, vectors([5, 7, 0]))[0]).toBeCloseTo(0, 10);
  });

  it('kde of one kernel is its Gaussian', () => {
    const [score = NaN] = scores(
      kde,
      { bandwidth: { choice: 'fixed', width: 2 } },
      vectors([1, 1, 1]),
      vectors([3, 1, 4]),
    );
    expect(score).toBeCloseTo((4 + 9) / 8 + 1.5 * Math.log(2 * Math.PI * 4), 5);
  });

  it('kde stays finite where every kernel underflows', () => {
    const [score = NaN] = scores(
      kde,
      { bandwidth: { choice: 'fixed', width: 1e-3 } },
      vectors([0], [1]),
      vectors([1001]),
    );
    // The width is kept in 32 bits.
    expectClose([score], [1e6 / 2e-6 + Math.log(2) + 0.5 * Math.log(2 * Math.PI * 1e-6)], 1e-6);
  });

  it('kde finds the width that the vectors find each other likeliest with', () => {
    const draw = normals(5);
    const normal = vectors(...Array.from({ length: 40 }, () => [draw()]));
    const [width = NaN] = kde.fit(normal, loo, null).width ?? [];
    const likelihood = (h: number) => {
      let total = 0;
      for (let i = 0; i < 40; i++) {
        let sum = 0;
        for (let j = 0; j < 40; j++) {
          const difference = (normal.values[i] ?? 0) - (normal.values[j] ?? 0);
          if (i !== j) sum += Math.exp(-(difference ** 2) / (2 * h * h)) / (39 * h * Math.sqrt(2 * Math.PI));
        }
        total += Math.log(sum);
      }
      return total;
    };
    const best = likelihood(width);
    for (const factor of [0.8, 0.95, 1.05, 1.25]) expect(best).toBeGreaterThan(likelihood(width * factor));
  });

  it('k-nearest counts neighbours', () => {
    const bank = vectors([0], [1], [3], [10]);
    const tested = vectors([0], [4]);
    expect(scores(kNearest, { neighbours: 3, distance: 'last' }, bank, tested)).toEqual([3, 4]);
    expect(scores(kNearest, { neighbours: 3, distance: 'mean' }, bank, tested)).toEqual([4 / 3, 8 / 3]);
    expect(scores(kNearest, { neighbours: 9, distance: 'last' }, bank, tested)).toEqual([10, 6]);
  });

  it('k-nearest is exact over many blocks of the bank', () => {
    const bank = featuresOf(Float32Array.from({ length: 70_000 * D }, normals(7)), D, 'made-up');
    const tested = cloud(3, 8);
    const expected = Array.from({ length: 3 }, (_, index) => {
      const distances = Float64Array.from({ length: 70_000 }, (_each, other) =>
        Math.hypot(
          ...Array.from(
            { length: D },
            (_axis, d) => (tested.values[index * D + d] ?? 0) - (bank.values[other * D + d] ?? 0),
          ),
        ),
      );
      return distances.sort()[6] ?? NaN;
    });
    expectClose(scores(kNearest, { neighbours: 7, distance: 'last' }, bank, tested), expected, 1e-12);
  });

  it('mahalanobis of hardly shrunk covariance divides each axis by its variance', () => {
    const normal = vectors([2, 0], [-2, 0], [0, 1], [0, -1]);
    // Variances 2 and 1/2.
    const [along = NaN, across = NaN] = scores(
      mahalanobis,
      { shrinkage: 1e-6 },
      normal,
      vectors([2, 0], [0, 2]),
    );
    expect(along).toBeCloseTo(2, 4);
    expect(across).toBeCloseTo(8, 4);
  });

  it('mahalanobis of wholly shrunk covariance is the distance to the mean', () => {
    const normal = cloud(30, 11);
    const tested = cloud(6, 12);
    const whole = scores(mahalanobis, { shrinkage: 1 }, normal, tested);
    const distances = scores(mse, {}, normal, tested);
    const ratio = (whole[0] ?? NaN) / (distances[0] ?? NaN);
    expectClose(
      whole,
      distances.map((distance) => distance * ratio),
      1e-5,
    );
  });
});
