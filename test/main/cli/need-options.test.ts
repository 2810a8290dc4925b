import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { answer, copyImages, flowscreen, newFolder } from './command-line.ts';

const folder = newFolder();
const globals = ['--home', join(folder, 'home'), '--device', 'cpu'];

beforeAll(async () => {
  copyImages('fit', join(folder, 'normal'), 12);
  await answer(z.unknown(), ['dataset', 'add', join(folder, 'normal'), ...globals]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  ['pca', 'needs an encoder; choose one, with --encoder <name>.'],
  ['hsc', 'images that stand for anomalies; choose one, with --exposure <dataset[:label]>.'],
  [
    'contrastive-flow --encoder filter-bank',
    'choose one, with --general-images <dataset> or --exposure <dataset[:label]>.',
  ],
])('what %s lacks is said with the option that gives it', async (detector, sentence) => {
  const fit = ['fit', 'normal', '--name', 'new', '--detector', ...detector.split(' ')];
  const { code, stderr } = await flowscreen([...fit, ...globals]);
  expect(code).toBe(2);
  expect(stderr).toContain(sentence);
});
