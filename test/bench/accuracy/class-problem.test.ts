import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type ClassProblem, type Contender, classFigures } from '../../../bench/accuracy/class-problem.ts';
import { classFolders, splitClasses } from '../../../bench/accuracy/class-pools.ts';
import { cpuEnvironment } from '../../models/cpu-environment.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const shape = { channels: 1, height: 1, width: 1 } as const;
const pixels = (...values: number[]) => values.map((value) => Uint8Array.of(value));

const pools = new Map([
  ['dark', pixels(1, 2, 3, 4, 5, 6)],
  ['light', pixels(101, 102, 103, 104, 105, 106)],
]);

const problem: ClassProblem = {
  suite: 'toy',
  set: 'Greys',
  shape,
  classes: ['dark', 'light'],
  split: (seed) => splitClasses(pools, 2, seed),
  exposure: new Map([['loud', pixels(200, 201)]]),
  fingerprint: 'greys',
};

/** Scores by how far a pixel lies above what it was fitted on: finds what is lighter, misses what is darker. */
function brightness(seen: { normal: number; exposure: number; runs: number }): Contender {
  return {
    label: 'brightness',
    method: 'brightness',
    settings: {},
    run: (_, { normal, exposure, tested }) => {
      seen.normal = normal.length;
      seen.exposure = exposure.length;
      seen.runs += 1;
      const mean = normal.reduce((sum, [value = 0]) => sum + value, 0) / normal.length;
      return Promise.resolve({ score: 'excess', values: tested.map(([value = 0]) => value - mean) });
    },
  };
}

it('tests each class against the others, and says the mean first', async () => {
  const seen = { normal: 0, exposure: 0, runs: 0 };
  const request = {
    preset: 'tiny',
    seeds: [1, 2],
    data: '',
    cache: temporaryFolder(),
    environment: await cpuEnvironment(),
    report: () => {},
    command: 'bench',
  } as const;
  const figures = await classFigures(request, problem, [brightness(seen)]);
  expect(seen).toEqual({ normal: 4, exposure: 2, runs: 4 });
  expect(
    figures.map(({ inDistribution, auroc, aurocBySeed, score }) => [
      inDistribution,
      auroc,
      aurocBySeed,
      score,
    ]),
  ).toEqual([
    ['Greys, mean of dark, light', 0.5, [0.5, 0.5], 'excess'],
    ['Greys dark', 1, [1, 1], 'excess'],
    ['Greys light', 0, [0, 0], 'excess'],
  ]);
  expect(figures[0]?.tested).toEqual({ inDistribution: 2, outDistribution: 2 });
  await classFigures(request, problem, [brightness(seen)]);
  expect(seen.runs).toBe(4);
  const elsewhere = { ...problem, suite: 'another suite', classes: ['dark'] };
  await classFigures(request, elsewhere, [{ ...brightness(seen), label: 'brightness as ever' }]);
  expect(seen.runs).toBe(4);
  const quiet = { name: 'none', of: () => [] };
  await classFigures(request, elsewhere, [{ ...brightness(seen), exposure: quiet }]);
  await classFigures(request, elsewhere, [{ ...brightness(seen), settings: { other: true } }]);
  expect(seen.runs).toBe(8);
});

it('never tests on what is fitted on, and splits by the seed', () => {
  const { fitted, tested } = splitClasses(pools, 2, 1);
  for (const [name, images] of pools) {
    const all = [...(fitted.get(name) ?? []), ...(tested.get(name) ?? [])];
    expect(all.map(([value]) => value).sort()).toEqual(images.map(([value]) => value).sort());
    expect(tested.get(name)).toHaveLength(2);
  }
  expect(splitClasses(pools, 2, 1)).toEqual({ fitted, tested });
});

it('takes every folder for a class', async () => {
  const folder = temporaryFolder();
  for (const name of ['b', 'a']) mkdirSync(join(folder, name));
  const found = await classFolders(folder, (path) =>
    Promise.resolve(pixels(path.endsWith('a') ? 1 : 2, 2, 2)),
  );
  expect([...found]).toEqual([
    ['a', pixels(1, 2)],
    ['b', pixels(2)],
  ]);
});
