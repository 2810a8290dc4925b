import { extname } from 'node:path';
import { Option } from 'commander';
import { z } from 'zod';
import { ProfileOption, ReportChoice, ReportColumn, Verdict } from '../../preload/contract.ts';
import { mapsByJobs } from '../api/pictures/job-maps.ts';
import { type ReportFormat, createReport, previewReport } from '../api/reports/report.ts';
import { findScreenRun } from '../api/screening/screen-runs.ts';
import { writeWhole } from '../api/write-file.ts';
import type { Register } from './register.ts';
import { countText } from './terminal/numbers.ts';
import { UsageError } from './usage-error.ts';

const CASES = ['above-threshold', ...Verdict.options] as const;
const PICTURES = ReportChoice.shape.pictures.options;

const Options = z.object({
  output: z.string().min(1),
  score: z.string().optional(),
  cases: z.enum(CASES),
  columns: z.array(ReportColumn),
  pictures: ReportChoice.shape.pictures,
  burnedInPictures: z.boolean().default(false),
  identifiers: z.boolean().default(false),
  retain: z.array(ProfileOption).default([]),
  title: z.string().optional(),
  comment: z.string().default(''),
});

const FORMATS: Readonly<Record<string, ReportFormat>> = { '.pdf': 'pdf', '.csv': 'csv', '.json': 'json' };

export const registerReport: Register = (program, run) => {
  program
    .command('report')
    .description(
      'writes a report of the last screening, without what identifies patients unless it is asked for',
    )
    .argument('<model>', 'fitted model')
    .argument('<dataset>', 'dataset that was screened')
    .requiredOption('--output <file>', 'PDF, CSV or JSON file to write, by its extension')
    .option('--score <name>', 'score to report (default: the ratio, or the likelihood where there is none)')
    .addOption(new Option('--cases <which>', 'cases to report').choices(CASES).default('flag'))
    .addOption(
      new Option('--columns <names...>', 'what to say of each')
        .choices(ReportColumn.options)
        .default(['rank', 'path', 'score', 'tail', 'verdict', 'note']),
    )
    .addOption(new Option('--pictures <kind>', 'pictures in a PDF').choices(PICTURES).default('none'))
    .option('--burned-in-pictures', 'also pictures whose files say that text in them identifies the patient')
    .option('--identifiers', 'name cases by their files, whose names may be those of patients')
    .addOption(
      new Option('--retain <options...>', 'options of the confidentiality profile (DICOM PS3.15)').choices(
        ProfileOption.options,
      ),
    )
    .option('--title <text>', 'title of the report')
    .option('--comment <text>', 'a text below the title')
    .action(
      run(async ({ open }, model: string, dataset: string, given: unknown) => {
        const { output, score, cases, title, ...how } = Options.parse(given);
        const format = FORMATS[extname(output).toLowerCase()];
        if (format === undefined) throw new UsageError('--output must end in .pdf, .csv or .json.');
        const context = await open();
        const { run: screening } = findScreenRun(context, { model, dataset });
        const choice = ReportChoice.parse({
          ...how,
          runId: screening.id,
          score: score ?? null,
          cases: cases === 'above-threshold' ? { aboveThreshold: true } : { verdicts: [cases] },
          title: title ?? `Screening ${screening.id} with ${model}`,
        });
        const { total, warnings } = await previewReport(context, choice);
        const { content } = await createReport(context, mapsByJobs(context), choice, format);
        await writeWhole(output, content);
        return {
          json: { output, cases: total, warnings },
          text: [`${output}: ${countText(total, 'case')}`, ...warnings].join('\n'),
        };
      }),
    );
};
