import { describe, expect, it } from 'vitest';
import { greedyCoreset } from '../../../models/features/coreset.ts';
import { type Features, featuresOf, selected } from '../../../models/features/features.ts';
import { neighbourhoodMeans } from '../../../models/features/grid.ts';
import { nearestSquares } from '../../../models/features/k-nearest.ts';
import { NearestProgram } from '../../../models/features/nearest-program.ts';
import { patchScore } from '../../../models/features/patch-score.ts';
import { Reservoir } from '../../../models/features/reservoir.ts';
import { PlaceSample, standardisedPlaces } from '../../../models/features/place-sample.ts';
import { RandomStream } from '../../../models/random.ts';
import { cpuEnvironment } from '../cpu-environment.ts';
import { normals } from '../samples.ts';

const random = (seed: number) => new RandomStream(seed, 'test');

function cloud(count: number, dimensions: number, seed: number): Features {
  return featuresOf(Float32Array.from({ length: count * dimensions }, normals(seed)), dimensions, 'made-up');
}

const line = (...values: number[]) => featuresOf(Float32Array.from(values), 1, 'made-up');

describe('greedyCoreset', () => {
  it('takes the farthest each time', () => {
    const points = line(0, 1, 2, 100, 101, 50);
    const chosen = [...greedyCoreset(points, 3, 8, random(1))]
      .map((index) => points.values[index] ?? NaN)
      .sort((x, y) => x - y);
    expect(chosen[0]).toBeLessThanOrEqual(2);
    expect(chosen[1]).toBe(50);
    expect(chosen[2]).toBeGreaterThanOrEqual(100);
  });

  it('covers within twice the best radius', () => {
    const points = cloud(300, 2, 1);
    const size = 12;
    const chosen = selected(points, greedyCoreset(points, size, 8, random(1)));
    const covered = Math.max(...nearestSquares(points, chosen, 1));
    // Of `size + 1` points at least this far apart, two share a centre: no set of `size` centres covers within half of it.
    const more = selected(points, greedyCoreset(points, size + 1, 8, random(1)));
    const apart = Math.min(
      ...Array.from(
        { length: size + 1 },
        (_, index) => nearestSquares(selected(more, [index]), more, 2)[1] ?? NaN,
      ),
    );
    expect(Math.sqrt(covered)).toBeLessThanOrEqual(2 * (Math.sqrt(apart) / 2) * (1 + 1e-9));
  });

  it('covers better than chance, also through a projection', () => {
    const points = cloud(400, 40, 2);
    const spread = featuresOf(
      points.values.map((value, index) => value * (index % 40 < 4 ? 10 : 0.1)),
      40,
      'made-up',
    );
    const chosen = greedyCoreset(spread, 40, 10, random(1));
    const radius = (indices: ArrayLike<number>) =>
      Math.max(...nearestSquares(spread, selected(spread, indices), 1));
    expect(radius(chosen)).toBeLessThan(radius(random(2).permutation(400).subarray(0, 40)));
    expect(new Set(chosen).size).toBe(40);
  });

  it('takes all where there are no more, and depends on its seed alone', () => {
    expect([...greedyCoreset(line(1, 2, 3), 5, 8, random(1))]).toEqual([0, 1, 2]);
    const points = cloud(100, 12, 3);
    expect(greedyCoreset(points, 9, 4, random(5))).toEqual(greedyCoreset(points, 9, 4, random(5)));
  });
});

describe('Reservoir', () => {
  it('keeps all while there is room, then as many as it may', () => {
    const reservoir = new Reservoir(5, 1, random(1));
    reservoir.add(line(1, 2, 3));
    expect([...reservoir.sample().values]).toEqual([1, 2, 3]);
    reservoir.add(line(4, 5, 6, 7));
    expect(reservoir.sample().count).toBe(5);
  });

  it('keeps each of what passes with the same chance, however it comes in', () => {
    const [kept, count, runs] = [4, 40, 4000];
    const times = new Float64Array(count);
    for (let run = 0; run < runs; run++) {
      const reservoir = new Reservoir(kept, 1, random(run));
      for (const block of [0, 1, 2, 3])
        reservoir.add(line(...Array.from({ length: 10 }, (_, index) => block * 10 + index)));
      for (const value of reservoir.sample().values) times[value] = (times[value] ?? 0) + 1;
    }
    const expected = (runs * kept) / count;
    const chiSquared = times.reduce((sum, value) => sum + (value - expected) ** 2 / expected, 0);
    // 39 degrees of freedom; 0.999 quantile 72.1.
    expect(chiSquared).toBeLessThan(72.1);
  });
});

describe('neighbourhoodMeans', () => {
  it('averages what lies within the grid', () => {
    const grid = Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9);
    expect([...neighbourhoodMeans(grid, { height: 3, width: 3, dimensions: 1 })]).toEqual([
      3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7,
    ]);
  });

  it('keeps dimensions apart, and a single place as it is', () => {
    expect([
      ...neighbourhoodMeans(Float32Array.of(1, 10, 3, 30), { height: 1, width: 2, dimensions: 2 }),
    ]).toEqual([2, 20, 2, 20]);
    expect([...neighbourhoodMeans(Float32Array.of(1, 10), { height: 1, width: 1, dimensions: 2 })]).toEqual([
      1, 10,
    ]);
  });
});

describe('patchScore', () => {
  it('weighs the distance by equation 7', () => {
    // Nearest to 5 is 3; its two nearest are itself and 2.
    const score = patchScore(Float32Array.of(5), line(0, 2, 3, 20), 2);
    expect(score).toBeCloseTo((1 - Math.exp(2) / (Math.exp(2) + Math.exp(3))) * 2, 12);
  });

  it('is the distance where there are no neighbours, and does not overflow', () => {
    expect(patchScore(Float32Array.of(5), line(0, 3), 1)).toBe(2);
    expect(patchScore(Float32Array.of(5), line(3), 9)).toBe(2);
    expect(patchScore(Float32Array.of(1e6), line(0, 1), 2)).toBeCloseTo((1 - 1 / (1 + Math.E)) * 999_999, 3);
    expect(patchScore(Float32Array.of(0), line(1, 1e6), 2)).toBe(1);
  });
});

describe('PlaceSample', () => {
  const grid = { height: 1, width: 12, dimensions: 2 };

  /** Images whose first feature is around 100 at one end; the second is constant. */
  function images(count: number, seed: number): Features {
    const draw = normals(seed);
    const values = Float32Array.from({ length: count * 24 }, (_, index) => {
      const place = Math.floor(index / 2) % 12;
      return index % 2 === 1 ? 7 : (place < 6 ? 100 : 0) + (place < 6 ? 5 : 1) * draw();
    });
    return featuresOf(values, 2, 'made-up');
  }

  function fitted(count: number) {
    const sample = new PlaceSample(grid, 5000, random(1));
    const all = images(count, 2);
    for (let from = 0; from < count; from += 50) {
      sample.add(featuresOf(all.values.slice(from * 24, (from + 50) * 24), 2, 'made-up'));
    }
    return { scale: sample.scale(), sample };
  }

  it('makes each place like the others', () => {
    const { scale } = fitted(2000);
    const { values } = standardisedPlaces(images(2000, 3), grid, scale);
    // Away from the step, where neighbours differ.
    for (const place of [0, 1, 2, 9, 10, 11]) {
      const own = Array.from({ length: 2000 }, (_, image) => values[image * 24 + place * 2] ?? NaN);
      const mean = own.reduce((sum, value) => sum + value, 0) / 2000;
      const deviation = Math.sqrt(own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 2000);
      expect(Math.abs(mean)).toBeLessThan(0.25);
      // Five images' worth of the deviation over all places, 50, is left in the narrow ones.
      expect(deviation).toBeGreaterThan(0.3);
      expect(deviation).toBeLessThan(1.1);
    }
  });

  it('leaves constant features finite', () => {
    const { scale } = fitted(100);
    const { values } = standardisedPlaces(images(3, 4), grid, scale);
    expect(values.filter((_, index) => index % 2 === 1).every((value) => Math.abs(value) < 1e-5)).toBe(true);
  });

  it('standardises its sample as places that come later, each by its own place', () => {
    const { scale, sample } = fitted(100);
    const kept = sample.standardised(scale);
    expect([...kept.values]).toEqual([...standardisedPlaces(images(100, 2), grid, scale).values]);
  });

  it('believes one image little: its places are nearly as all of them', () => {
    const { scale } = fitted(1);
    const [centre] = scale.centre ?? [];
    expect(Math.abs((centre ?? NaN) - 50)).toBeLessThan(15);
  });
});

describe('NearestProgram', () => {
  it('agrees with the distances one by one', async () => {
    const bank = cloud(300, 20, 1);
    const queries = cloud(16, 20, 2);
    const program = await NearestProgram.open(await cpuEnvironment(), bank, 16);
    const distances = await program.distances(queries);
    await program.dispose();
    const expected = nearestSquares(queries, bank, 1);
    distances.forEach((distance, index) => {
      expect(distance).toBeCloseTo(Math.sqrt(expected[index] ?? NaN), 4);
    });
  });
});
