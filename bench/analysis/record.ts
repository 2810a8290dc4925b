/** What analyses store, and their part of the page of results. */
import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { ImageShape } from '../../models/images.ts';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';
import { type AnalysisResult, findingSchema } from './analysis.ts';
import { writeSheet } from './sheet.ts';

const recordSchema = z.strictObject({
  analysis: z.string(),
  title: z.string(),
  about: z.string(),
  preset: z.string(),
  seeds: z.array(z.number().int()),
  tested: z.number().int(),
  device: z.string(),
  seconds: z.number(),
  dataFingerprint: z.string(),
  command: z.string(),
  findings: z.array(findingSchema).min(1),
  /** The file of images beside this one. */
  figure: z.string().nullable(),
});
export type AnalysisRecord = z.infer<typeof recordSchema>;

/** @param folder of the stored figures */
export async function recordAnalysis(
  folder: string,
  record: Omit<AnalysisRecord, 'figure'>,
  images: AnalysisResult['images'],
  shape: ImageShape,
): Promise<void> {
  const name = `${record.analysis}-${record.preset}`;
  await mkdir(folder, { recursive: true });
  const figure = images.length === 0 ? null : `${name}.svg`;
  if (figure !== null) await writeSheet(join(folder, figure), images, shape);
  await storeFigures(folder, name, { ...record, figure });
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when a file is malformed
 */
export async function analysisSection(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const files = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort();
  const blocks: string[] = [];
  for (const file of files) {
    const record = await storedFigures(join(folder, file), recordSchema);
    const rows = record.findings.map(({ what, value, published }) => [
      what,
      value.toFixed(3),
      published === null ? '' : published.toFixed(2),
    ]);
    blocks.push(
      `### ${record.title}, preset ${record.preset}`,
      `\`${record.command}\``,
      `${record.about} Seeds ${record.seeds.join(', ')}; ${record.tested} images of each side; ${record.device}; ` +
        `${Math.round(record.seconds)} s; data ${record.dataFingerprint.slice(0, 12)}.`,
      markdownTable(['what', 'value', 'the paper, at its size'], rows),
      ...(record.figure === null ? [] : [`![Rows of images](results/analysis/${record.figure})`]),
    );
  }
  return blocks.length === 0
    ? []
    : [
        '## What a likelihood is about',
        'Glows fitted on CIFAR-10, looked into; SVHN is outside ([whose images these are](results/analysis/README.md)).',
        ...blocks,
      ];
}
