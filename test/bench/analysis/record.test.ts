import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { correlation } from '../../../bench/analysis/correlation.ts';
import { analysisSection, recordAnalysis } from '../../../bench/analysis/record.ts';
import { FiguresError } from '../../../bench/stored-figures.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const record = {
  analysis: 'climbing',
  title: 'Climbing',
  about: 'What is left of it.',
  preset: 'tiny',
  seeds: [1, 2],
  tested: 64,
  device: 'CPU (2 threads)',
  seconds: 12.4,
  dataFingerprint: 'ab'.repeat(32),
  command: 'flowscreen bench analysis --only climbing',
  findings: [
    { what: 'bits/dim', value: 3.14159, published: null },
    { what: 'correlation', value: 0.5, published: 0.26 },
  ],
};
const shape = { channels: 3, height: 2, width: 2 } as const;

describe('the record of an analysis', () => {
  it('becomes a part of the page of results, with its figure beside', async () => {
    const folder = temporaryFolder();
    const red = Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0);
    await recordAnalysis(folder, record, [[red, red], [red]], shape);
    const page = (await analysisSection(folder)).join('\n');
    expect(page).toContain('### Climbing, preset tiny');
    expect(page).toContain(
      'What is left of it. Seeds 1, 2; 64 images of each side; CPU (2 threads); 12 s; data abababababab.',
    );
    expect(page).toMatch(/correlation\s+\| 0\.500 \| 0\.26/);
    expect(page).toContain('![Rows of images](results/analysis/climbing-tiny.svg)');
    const svg = await readFile(join(folder, 'climbing-tiny.svg'), 'utf8');
    const [, base64 = ''] = /base64,([^"]+)/.exec(svg) ?? [];
    const { data, info } = await sharp(Buffer.from(base64, 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([8, 8]);
    expect(Array.from(data.subarray(0, 9))).toEqual([255, 0, 0, 255, 0, 0, 255, 255, 255]);
  });

  it('has no figure where there are no images, and nothing where nothing is stored', async () => {
    const folder = temporaryFolder();
    expect(await analysisSection(join(folder, 'none'))).toEqual([]);
    expect(await analysisSection(folder)).toEqual([]);
    await recordAnalysis(folder, record, [], shape);
    expect((await analysisSection(folder)).join('\n')).not.toContain('![');
    await writeFile(join(folder, 'broken.json'), '{}');
    await expect(analysisSection(folder)).rejects.toThrow(FiguresError);
  });
});

it('correlates images, and constant ones not at all', () => {
  const ramp = Uint8Array.of(1, 2, 3, 4);
  expect(correlation(ramp, Uint8Array.of(10, 20, 30, 40))).toBeCloseTo(1, 12);
  expect(correlation(ramp, Uint8Array.of(4, 3, 2, 1))).toBeCloseTo(-1, 12);
  expect(correlation(ramp, new Uint8Array(4))).toBe(0);
});
