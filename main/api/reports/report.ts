import { NOTICE } from '../../../preload/contract/notice.ts';
import type { ReportChoice } from '../../../preload/contract.ts';
import { csvOf } from '../../report/csv.ts';
import { jsonOf } from '../../report/json.ts';
import { pdfOf } from '../../report/pdf.ts';
import type { Report, ReportCase, ReportFact } from '../../report/report.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { CaseFile } from '../../store/ranking.ts';
import { recordAction } from '../audit/actions.ts';
import type { Context } from '../context.ts';
import { filePath } from '../datasets/file-path.ts';
import { drawHeatmaps } from '../pictures/heatmap-picture.ts';
import type { KnownModel } from '../models/known-models.ts';
import type { MapService } from '../pictures/map-service.ts';
import { modelCardRows } from '../models/model-card.ts';
import { cardOutside, nameOutside } from '../models/names-outside.ts';
import { describe } from '../inputs/preparation-text.ts';
import { type ChosenCase, type ChosenCases, chosenCases } from './report-cases.ts';
import { WITHHELD, deidentificationText, isWithheld, warningsOf } from './report-privacy.ts';
import { remarksOn } from '../screening/screen-inputs.ts';
import { readReviewer } from '../settings.ts';
import { userFailure } from '../user-failure.ts';
import { mapUnit, scoreText, scoreUnit } from '../screening/score-text.ts';
import { versions } from '../versions.ts';

export type ReportFormat = 'pdf' | 'csv' | 'json';

export interface ReportFile {
  readonly name: string;
  readonly type: string;
  readonly content: string | Uint8Array<ArrayBuffer>;
}

const TYPES: Readonly<Record<ReportFormat, string>> = {
  pdf: 'application/pdf',
  csv: 'text/csv',
  json: 'application/json',
};

/** Pictures in a PDF; each takes a few tens of kilobytes and a pass through the model. */
const MOST_PICTURES = 300;
const PREVIEWED = 100;

/** What a report will say, without pictures. @throws as {@link chosenCases} */
export async function previewReport(ctx: Context, choice: ReportChoice) {
  const cases = await chosenCases(ctx, choice);
  return {
    facts: factsOf(ctx, cases, choice),
    warnings: warningsOf(cases, choice),
    columns: [...cases.columns],
    rows: cases.rows.slice(0, PREVIEWED).map(({ cells }) => [...cells]),
    total: cases.rows.length,
  };
}

/**
 * Writes a report and notes in the audit trail that it was.
 * @throws as {@link chosenCases}; a picture that cannot be made is replaced by the reason
 */
export async function createReport(
  ctx: Context,
  maps: Pick<MapService, 'maps'>,
  choice: ReportChoice,
  format: ReportFormat,
): Promise<ReportFile> {
  const cases = await chosenCases(ctx, choice);
  const { model, dataset, rows } = cases;
  const card = cardOutside(ctx, model);
  const report: Report = {
    title: choice.title,
    comment: choice.comment,
    notice: NOTICE,
    createdAt: new Date().toISOString(),
    createdBy: readReviewer(ctx),
    facts: factsOf(ctx, cases, choice),
    warnings: warningsOf(cases, choice),
    columns: cases.columns,
    cases: await withPictures(ctx, maps, cases, { ...choice, ...(format !== 'pdf' && { pictures: 'none' }) }),
    card: modelCardRows(card).map(([name, value]) => ({ name, value })),
    limits: card.limits,
  };
  const content = await written(report, format);
  recordAction(ctx, {
    action: 'report exported',
    subject: `screening ${choice.runId} of ${dataset.name}`,
    newValue: `${format}, ${rows.length} cases, ${deidentificationText(choice)}`,
  });
  return { name: `${fileName(choice.title)}.${format}`, type: TYPES[format], content };
}

function written(report: Report, format: ReportFormat): Promise<ReportFile['content']> {
  switch (format) {
    case 'pdf':
      return pdfOf(report);
    case 'csv':
      return Promise.resolve(csvOf(report));
    case 'json':
      return Promise.resolve(jsonOf(report));
  }
}

function factsOf(
  ctx: Context,
  { run, model, dataset, score, rows }: ChosenCases,
  choice: ReportChoice,
): ReportFact[] {
  const { screened, failed } = ctx.store.scores.counts(run.id);
  const facts: [string, string][] = [
    ['Model', model.record.name],
    ['Score', `${score}${unitOf(model) === null ? '' : `, ${unitOf(model)}`}; higher is more anomalous`],
    ['Threshold', thresholdText(ctx, model, score)],
    ['Held-out normals', String(model.metrics.heldOutScores[score]?.length ?? 0)],
    ['Screening', `${run.id}, ${run.status}, begun ${run.startedAt}`],
    ['Dataset', datasetText(ctx, dataset, choice.identifiers)],
    ['Images', `${screened - failed} scored, ${failed} failed; ${rows.length} in this report`],
    ['Images prepared as', describe(model.preparation)],
    ...remarksOn(run.settings).map((remark): [string, string] => ['Remark', remark]),
    ['Device', run.device],
    ['De-identification', deidentificationText(choice)],
    [
      'Software',
      Object.entries(versions())
        .map(([name, version]) => `${name} ${version}`)
        .join(', '),
    ],
  ];
  return facts.map(([name, value]) => ({ name, value }));
}

function unitOf({ detector }: KnownModel): string | null {
  return scoreUnit(detector.method.unit);
}

function datasetText(ctx: Context, dataset: Dataset, identifiers: boolean): string {
  const { fingerprint } = dataset;
  const name = identifiers ? dataset.name : nameOutside(ctx, dataset);
  return fingerprint === null ? name : `${name} (data ${fingerprint})`;
}

function thresholdText(ctx: Context, { record, detector }: KnownModel, score: string): string {
  const threshold = ctx.store.thresholds.latest(record.id, score);
  if (threshold === undefined) return 'none set';
  const { value, version, falseAlarmRate, ciLow, ciHigh, heldOutCount, createdBy, createdAt } = threshold;
  const percent = (share: number) => `${(share * 100).toFixed(1)} %`;
  return (
    `${scoreText(value, detector.method.unit, 2)}, version ${version} by ${createdBy} at ${createdAt}; false alarms ${percent(falseAlarmRate)} ` +
    `(95 % interval ${percent(ciLow)} to ${percent(ciHigh)}) of ${heldOutCount} held-out normals`
  );
}

async function withPictures(
  ctx: Context,
  maps: Pick<MapService, 'maps'>,
  { rows, model, dataset, score }: ChosenCases,
  { pictures, burnedInPictures }: Pick<ReportChoice, 'pictures' | 'burnedInPictures'>,
): Promise<ReportCase[]> {
  const cases: ReportCase[] = [];
  for (const [index, row] of rows.entries()) {
    const { name, rank, cells } = row;
    const shown =
      pictures === 'none'
        ? { picture: null, pictureProblem: null }
        : isWithheld(row, burnedInPictures)
          ? { picture: null, pictureProblem: WITHHELD }
          : index < MOST_PICTURES
            ? await pictureOf(ctx, maps, { model, dataset, score }, row.file, pictures)
            : { picture: null, pictureProblem: `Only the first ${MOST_PICTURES} cases carry pictures.` };
    cases.push({ title: titleOf(row, rank, name), cells, ...shown });
  }
  return cases;
}

function titleOf({ file }: ChosenCase, rank: number, name: string): string {
  return `${rank}. ${name}${file.contentChanged ? ' (the file has changed since it was scored)' : ''}`;
}

async function pictureOf(
  ctx: Context,
  maps: Pick<MapService, 'maps'>,
  { model: { record, metrics, detector }, dataset, score }: Pick<ChosenCases, 'model' | 'dataset' | 'score'>,
  file: CaseFile,
  pictures: 'image' | 'image-and-heatmap',
): Promise<Pick<ReportCase, 'picture' | 'pictureProblem'>> {
  try {
    const {
      image,
      width,
      height,
      maps: byName,
      scores,
    } = await maps.maps(record.id, filePath(ctx, dataset, file), file);
    const { unit } = detector.method;
    const map = byName[score];
    const scale = metrics.colourScales[score];
    const panels =
      pictures === 'image' || map === undefined || scale === undefined
        ? []
        : [
            {
              title: score,
              subtitle: scoreText(scores[score] ?? NaN, unit),
              map,
              scale,
              unit: mapUnit(unit),
            },
          ];
    const { png } = await drawHeatmaps(image, { width, height }, panels);
    return { picture: png, pictureProblem: null };
  } catch (error) {
    const failure = userFailure(error);
    if (failure === null) throw error;
    // The sentence names the file's path, which the reader of the report may not be meant to see.
    return { picture: null, pictureProblem: `No picture could be made (${failure.kind}).` };
  }
}

/** A title may hold what file systems refuse. */
function fileName(title: string): string {
  return title.replaceAll(/[^\p{L}\p{N}._ -]+/gu, '_').replace(/^\.+/, '_');
}
