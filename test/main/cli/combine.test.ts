import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXAMPLE, answer, copyImages, flowscreen, newFolder } from './command-line.ts';

const folder = newFolder();
const globals = ['--home', join(folder, 'home'), '--device', 'cpu'];
const MODELS = ['nearest', 'directions'];
const DETECTORS = { nearest: 'k-nearest', directions: 'pca' } as const;

beforeAll(async () => {
  for (const modality of ['flair', 't2']) {
    copyImages(join('screen', modality), join(folder, 'mixed', modality), 4);
  }
  const tell = (...args: string[]) => answer(z.unknown(), [...args, ...globals]);
  await tell('dataset', 'add', join(EXAMPLE, 'fit'), '--name', 'normal');
  await tell('dataset', 'add', join(folder, 'mixed'), '--labels');
  for (const [name, detector] of Object.entries(DETECTORS)) {
    const how = ['--detector', detector, '--encoder', 'filter-bank', '--size', '32', '--preset', 'tiny'];
    await tell('fit', 'normal', '--name', name, ...how);
    await tell('screen', name, 'mixed');
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('models that are combined', () => {
  const [first = '', ...others] = MODELS;

  it('rank a dataset together, for programs and for people', async () => {
    const ranking = await answer(
      z.object({
        combine: z.literal('tail'),
        models: z.array(z.object({ model: z.string() })),
        images: z.array(z.object({ name: z.string().regex(/^case \d+$/), own: z.array(z.number()) })),
      }),
      ['rank', first, 'mixed', '--with', ...others, '--limit', '3', ...globals],
    );
    expect(ranking.models.map(({ model }) => model)).toEqual(MODELS);
    expect(ranking.images.map(({ own }) => own.length)).toEqual([2, 2, 2]);
    const { stdout } = await flowscreen(['rank', first, 'mixed', '--with', ...others, ...globals]);
    expect(stdout).toContain('Ranked by how rarely normals score as high, over vector of nearest (run ');
    expect(stdout).toContain('of 8 held-out normals');
    expect(stdout).toMatch(/^rank +combined +as high in normals +nearest +directions +label +file$/m);
    expect(stdout).toMatch(
      /^ +1 +[\d.]+ +[\d.]+ % \([\d.]+–[\d.]+ %\) +[\d.]+ +[\d.]+ +(flair|t2) +\S+\.png$/m,
    );
  });

  it('are evaluated together', async () => {
    const args = ['evaluate', first, 'mixed', '--normal', 'flair', '--with', ...others, ...globals];
    const { stdout } = await flowscreen(args);
    expect(stdout).toMatch(/^combined +[01]\.\d{3} /m);
    expect(stdout).toMatch(/^directions: vector +[01]\.\d{3} /m);
  });
});
