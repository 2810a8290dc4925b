import { join } from 'node:path';
import type { Command } from 'commander';
import { z } from 'zod';
import { writeResultsPage } from '../../bench/results-page.ts';
import { measureScan } from '../../bench/scan.ts';
import { type ScanFigures, type ScanRun, recordScan } from '../../bench/scan/record.ts';
import type { Answer, Invocation, Runner } from './session.ts';
import { facts } from './terminal/table.ts';

const Options = z.object({
  files: z.coerce.number().int().min(100),
  folder: z.string().min(1).optional(),
  record: z.string().min(1).optional(),
});

export function registerBenchScan(bench: Command, run: Runner): void {
  bench
    .command('scan')
    .description('time the scan of a folder of many small files, a second scan, and one after changes')
    .option('--files <number>', 'PNG and DICOM files to make, about 7 KB each', '100000')
    .option('--folder <folder>', "where to make them; deleted again (default: the system's folder for such)")
    .option('--record <folder>', 'store the figures and the page of results in this docs folder')
    .action(run((invocation, options: unknown) => benchScan(invocation, Options.parse(options))));
}

async function benchScan(
  { terminal, signal }: Invocation,
  { files, folder, record }: z.infer<typeof Options>,
): Promise<Answer> {
  const [, cli = ''] = process.argv;
  const figures = await measureScan({
    cli,
    files,
    folder: folder ?? null,
    signal,
    report: (line) => terminal.say(line),
  });
  if (record !== undefined) {
    await recordScan(join(record, 'results', 'scan'), `flowscreen bench scan --files ${files}`, figures);
    await writeResultsPage(record);
  }
  return { json: figures, text: scanText(figures) };
}

function scanText({ first, unchanged, changed, changedFiles, targets, met }: ScanFigures): string {
  const verdict = (isMet: boolean) => (isMet ? 'within' : 'ABOVE');
  const took = ({ seconds, processorSeconds, residentMb, load }: ScanRun) =>
    [
      `${seconds} s`,
      ...(processorSeconds === null ? [] : [`${processorSeconds} s of processors`]),
      ...(residentMb === null ? [] : [`${residentMb} MiB`]),
      `load ${load}`,
    ].join(', ');
  return facts([
    ['first scan', `${took(first)}; ${verdict(met.first)} ${targets.first} s`],
    ['again', `${took(unchanged)}; ${verdict(met.unchanged)} ${targets.unchanged} s`],
    [`after ${changedFiles} changes`, took(changed)],
    ...(met.memory === null ? [] : [['memory', `${verdict(met.memory)} ${targets.residentMb} MiB`] as const]),
  ]);
}
