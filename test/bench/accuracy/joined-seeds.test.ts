import { describe, expect, it } from 'vitest';
import { type ClassProblem, type Contender, classFigures } from '../../../bench/accuracy/class-problem.ts';
import { splitClasses } from '../../../bench/accuracy/class-pools.ts';
import { type Figure, writeFigures } from '../../../bench/accuracy/figures.ts';
import { SeedsNotJoined, joinedSeeds, recordedSeeds } from '../../../bench/accuracy/joined-seeds.ts';
import { RandomStream } from '../../../models/random.ts';
import { cpuEnvironment } from '../../models/cpu-environment.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const EACH = 120;
const TESTED = 60;
const classes = ['dark', 'light'];

/** Greys of two classes that overlap. */
const pools = new Map(
  classes.map((name, level) => {
    const random = new RandomStream(level, 'greys');
    const grey = () => Math.floor(60 * level + 120 * random.uniform());
    return [name, Array.from({ length: EACH }, () => Uint8Array.of(grey()))] as const;
  }),
);

const problem: ClassProblem = {
  suite: 'greys',
  set: 'Greys',
  shape: { channels: 1, height: 1, width: 1 },
  classes,
  split: (seed) => splitClasses(pools, TESTED, seed),
  exposure: new Map(),
  fingerprint: 'greys',
};

const distance: Contender = {
  label: 'distance',
  method: 'distance',
  settings: {},
  run: (_, { normal, tested }) => {
    const mean = normal.reduce((sum, [value = 0]) => sum + value, 0) / normal.length;
    return Promise.resolve({
      score: 'distance',
      values: tested.map(([value = 0]) => Math.abs(value - mean)),
    });
  },
};

async function measured(seeds: number[], changes: Partial<ClassProblem> = {}): Promise<Figure[]> {
  const environment = await cpuEnvironment();
  const request = {
    preset: 'tiny',
    seeds,
    data: '',
    cache: temporaryFolder(),
    environment,
    report: () => {},
    command: 'bench',
  } as const;
  return classFigures(request, { ...problem, ...changes }, [distance]);
}

describe('seeds joined to recorded ones', () => {
  it('give the figures of all seeds in one run', async () => {
    const folder = temporaryFolder();
    const later = await measured([3, 4, 5]);
    const whole = await measured([1, 2, 3, 4, 5]);
    await writeFigures(folder, 'greys', 'tiny', await measured([1, 2]));
    const joined = joinedSeeds(await recordedSeeds(folder, 'greys', 'tiny', 3), later);
    expect(joined).toHaveLength(3);
    for (const [index, figure] of joined.entries()) {
      const { auroc, ciLow, ciHigh, ...rest } = whole[index] ?? figure;
      expect(figure).toMatchObject({ ...rest, seconds: figure.seconds });
      expect(figure.auroc).toBeCloseTo(auroc, 12);
      // The same images are resampled by other random numbers.
      expect(figure.ciHigh - figure.ciLow).toBeGreaterThan(0.85 * (ciHigh - ciLow));
      expect(figure.ciHigh - figure.ciLow).toBeLessThan(1.15 * (ciHigh - ciLow));
    }
  });

  it('weigh bits/dim by the number of seeds and add up the seconds', async () => {
    const [first] = await measured([1]);
    const [second] = await measured([2, 3]);
    if (first === undefined || second === undefined) throw new Error('nothing was measured');
    const earlier = { ...first, auroc: 0.9, ciLow: 0.6, ciHigh: 1, bitsPerDim: 3, seconds: 10 };
    const later = { ...second, auroc: 0.6, ciLow: 0.45, ciHigh: 0.75, bitsPerDim: 6, seconds: 20 };
    const [joined] = joinedSeeds({ path: 'kept.json', figures: [earlier] }, [later]);
    // Half widths 0.3, cut off at 1, and 0.15 of two: √(0.3² + (2 · 0.15)²) / 3 = 0.1 √2.
    expect(joined?.auroc).toBeCloseTo(0.7, 12);
    expect(joined?.ciLow).toBeCloseTo(0.7 - 0.1 * Math.SQRT2, 12);
    expect(joined?.ciHigh).toBeCloseTo(0.7 + 0.1 * Math.SQRT2, 12);
    expect(joined).toMatchObject({ bitsPerDim: 5, seconds: 30, seeds: [1, 2, 3] });
  });

  it('are refused where the seeds before them are not those recorded', async () => {
    const folder = temporaryFolder();
    await writeFigures(folder, 'greys', 'tiny', await measured([1, 2]));
    await expect(recordedSeeds(folder, 'greys', 'tiny', 2)).rejects.toThrow(
      /are of seeds 1, 2, not 1; measure all seeds again, without --first-seed\.$/,
    );
    await expect(recordedSeeds(folder, 'greys', 'tiny', 4)).rejects.toThrow(SeedsNotJoined);
    await expect(recordedSeeds(folder, 'greys', 'quick', 2)).rejects.toThrow(/are not there;/);
  });

  it('are refused where they are of other data or of other detectors', async () => {
    const recorded = { path: 'kept.json', figures: await measured([1]) };
    const others = await measured([2], { fingerprint: 'other greys' });
    expect(() => joinedSeeds(recorded, others)).toThrow(/differ from the new ones in dataFingerprint;/);
    expect(() => joinedSeeds(recorded, others.slice(1))).toThrow(/number 3, not 2;/);
  });
});
