/** What the benchmark of decoding stores, and its part of the page of results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';

/** Of the codec's own speed, one thread beside one thread. */
export const DECODE_TARGET = 0.8;

const fileFigures = z.strictObject({
  /** Below the folder. */
  file: z.string(),
  codec: z.string(),
  size: z.string(),
  /** Medians over all rounds, milliseconds. */
  codecMs: z.number(),
  wholeMs: z.number(),
  /** The codec's time as a share of the whole. */
  share: z.number(),
});

const decodeSchema = z.strictObject({
  date: z.iso.datetime(),
  processor: z.string(),
  rounds: z.number().int(),
  files: z.array(fileFigures).min(1),
});
export type DecodeFigures = z.infer<typeof decodeSchema>;
export type FileFigures = z.infer<typeof fileFigures>;

const recordSchema = decodeSchema.extend({ command: z.string() });
const NAME = 'decode';

export async function recordDecode(folder: string, command: string, figures: DecodeFigures): Promise<void> {
  await storeFigures(folder, NAME, { command, ...figures });
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when the file is malformed
 */
export async function decodeSection(folder: string): Promise<string[]> {
  const path = join(folder, `${NAME}.json`);
  if (!existsSync(path)) return [];
  const { command, processor, rounds, files } = await storedFigures(path, recordSchema);
  const below = files.filter(({ share }) => share < DECODE_TARGET);
  const sum = (times: number[]) => times.reduce((total, time) => total + time, 0);
  const whole = sum(files.map(({ codecMs }) => codecMs)) / sum(files.map(({ wholeMs }) => wholeMs));
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  return [
    '## Decoding DICOM',
    `\`${command}\``,
    `One frame decoded by the codec alone, beside the file opened, decoded and brought to what a detector sees; medians of ${rounds} rounds in ` +
      `turns, one thread, ${processor}. Asked: no less than ${percent(DECODE_TARGET)} of the codec's own speed. All files together: ${percent(whole)}. ` +
      (below.length === 0
        ? 'Met by every file.'
        : `Missed by ${below.length} of ${files.length}: ${below.map(({ file }) => file).join(', ')}.`),
    markdownTable(
      ['file', 'codec', 'pixels', 'codec, ms', 'in all, ms', "of the codec's speed"],
      files.map(({ file, codec, size, codecMs, wholeMs, share }) => [
        file,
        codec,
        size,
        codecMs.toFixed(2),
        wholeMs.toFixed(2),
        percent(share),
      ]),
    ),
  ];
}
