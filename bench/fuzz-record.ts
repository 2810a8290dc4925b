/** What a run of hostile files stores, and its part of the page of results. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { markdownTable } from './markdown-table.ts';
import { storeFigures, storedFigures } from './stored-figures.ts';

/** One of the files: its number in the run, and the good one that it was made of. */
const input = z.strictObject({ kind: z.string(), of: z.string(), input: z.number().int() });

const fuzzSchema = z.strictObject({
  date: z.iso.datetime(),
  processor: z.string(),
  seed: z.number().int(),
  inputs: z.number().int(),
  failures: z.number().int(),
  /** How many inputs of a kind were read, or refused with an error of which kind. */
  kinds: z
    .array(z.strictObject({ kind: z.string(), outcomes: z.record(z.string(), z.number().int()) }))
    .min(1),
  /** Processor time of all threads. */
  slowest: input.extend({ ms: z.number() }),
  /** The most memory of the process that read it and some hundred others, in MiB. */
  largest: input.extend({ mb: z.number() }),
  limits: z.strictObject({ ms: z.number(), mb: z.number() }),
});
export type FuzzFigures = z.infer<typeof fuzzSchema>;

const recordSchema = fuzzSchema.extend({ command: z.string() });

const NAME = 'fuzz';

export async function recordFuzz(folder: string, command: string, figures: FuzzFigures): Promise<void> {
  await storeFigures(folder, NAME, { command, ...figures });
}

/**
 * Blocks of Markdown; none where nothing is stored.
 * @throws FiguresError when the file is malformed
 */
export async function fuzzSection(folder: string): Promise<string[]> {
  const path = join(folder, `${NAME}.json`);
  if (!existsSync(path)) return [];
  const { command, kinds, inputs, failures, slowest, largest, limits, processor } = await storedFigures(
    path,
    recordSchema,
  );
  const columns = [...new Set(kinds.flatMap(({ outcomes }) => Object.keys(outcomes)))].sort(
    (a, b) => Number(b === 'read') - Number(a === 'read') || a.localeCompare(b, 'en'),
  );
  const rows = kinds.map(({ kind, outcomes }) => {
    const total = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
    return [
      kind,
      ...[total, ...columns.map((column) => outcomes[column] ?? 0)].map((count) =>
        count.toLocaleString('en'),
      ),
    ];
  });
  return [
    '## Hostile files',
    `\`${command}\``,
    `${inputs.toLocaleString('en')} damaged files, made from good ones: ${failures === 0 ? 'none' : failures.toLocaleString('en')} crashed the reader, ` +
      `took more than ${limits.ms / 1000} s of processor time or ${limits.mb} MiB of memory, or gave anything but images or a typed error. ` +
      `The slowest took ${slowest.ms} ms (${slowest.kind}), the one that needed most memory ${largest.mb} MiB (${largest.kind}) (${processor}). Stored in [results/fuzz/](results/fuzz/).`,
    markdownTable(['made from', 'files', ...columns], rows),
  ];
}
