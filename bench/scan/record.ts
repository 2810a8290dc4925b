/** What the benchmark of scanning stores, and its part of the page of results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from '../markdown-table.ts';
import { storeFigures, storedFigures } from '../stored-figures.ts';

const run = z.strictObject({
  seconds: z.number(),
  /** Of all processes together, what they had used when they were last seen; null where the system does not say. */
  processorSeconds: z.number().nullable(),
  /** The most at any time, MiB. */
  residentMb: z.number().nullable(),
  proportionalMb: z.number().nullable(),
  /** The processes that wanted a core in the minute before. */
  load: z.number(),
});
export type ScanRun = z.infer<typeof run>;

const scanSchema = z.strictObject({
  date: z.iso.datetime(),
  processor: z.string(),
  cores: z.number().int(),
  files: z.number().int(),
  changedFiles: z.number().int(),
  targets: z.strictObject({ first: z.number(), unchanged: z.number(), residentMb: z.number() }),
  first: run,
  unchanged: run,
  changed: run,
  met: z.strictObject({ first: z.boolean(), unchanged: z.boolean(), memory: z.boolean().nullable() }),
});
export type ScanFigures = z.infer<typeof scanSchema>;

const recordSchema = scanSchema.extend({ command: z.string() });

const NAME = 'scan';

export async function recordScan(folder: string, command: string, figures: ScanFigures): Promise<void> {
  await storeFigures(folder, NAME, { command, ...figures });
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when the file is malformed
 */
export async function scanSection(folder: string): Promise<string[]> {
  const path = join(folder, `${NAME}.json`);
  if (!existsSync(path)) return [];
  const figures = await storedFigures(path, recordSchema);
  const { files, changedFiles, first, unchanged, changed, targets, met } = figures;
  const count = (value: number) => value.toLocaleString('en');
  const most = Math.max(...[first, unchanged, changed].map(({ residentMb }) => residentMb ?? NaN));
  const yesOrNo = (isMet: boolean) => (isMet ? 'yes' : 'NO');
  const rows = [
    ['first scan', `${first.seconds} s`, `${targets.first} s`, yesOrNo(met.first), String(first.load)],
    [
      'again, nothing changed',
      `${unchanged.seconds} s`,
      `${targets.unchanged} s`,
      yesOrNo(met.unchanged),
      String(unchanged.load),
    ],
    [`again, ${count(changedFiles)} files changed`, `${changed.seconds} s`, '', '', String(changed.load)],
    ...(met.memory === null
      ? []
      : [
          ['most memory, all processes', `${most} MiB`, `${targets.residentMb} MiB`, yesOrNo(met.memory), ''],
        ]),
  ];
  return [
    '## Scanning a large folder',
    `\`${figures.command}\``,
    `${count(files)} small files, PNG and DICOM of 64 × 64 pixels by turns (${figures.processor}, ${figures.cores} cores): every file is read, hashed, decoded and ` +
      'recorded; the times are those of the whole command. Memory is the resident memory of all processes added up' +
      `${first.proportionalMb === null ? '' : ` (${first.proportionalMb} MiB where what they share is counted once)`}. ` +
      'Load: the processes that wanted a core in the minute before. Stored in [results/scan/](results/scan/).',
    markdownTable(['what', 'measured', 'target', 'met', 'load'], rows),
  ];
}
