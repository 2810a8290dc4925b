import { type ReportChoice, type ReportColumn, type Verdict, tailText } from '../../../preload/contract.ts';
import type { LossUnit } from '../../../models/detectors/method.ts';
import { scoreFamily } from '../../../models/detectors/shared/likelihood-scores.ts';
import type { ReadableFile } from '../../store/file-records.ts';
import type { CaseFile } from '../../store/ranking.ts';
import { acquisitionText, attributesText } from '../triage/case-attributes.ts';
import { caseName } from '../triage/case-name.ts';
import type { Context } from '../context.ts';
import { chooseScore } from '../models/known-models.ts';
import { type ScreenRun, findScreenRun } from '../screening/screen-runs.ts';
import { scoreUnit } from '../screening/score-text.ts';
import { ServiceError } from '../service-error.ts';
import { tailsOver } from '../ranking/tail.ts';

/** A report is for reading; a table of everything is `flowscreen rank --json`. */
const MOST_CASES = 5000;

/** The cases of a report, and what it needs to say of them. */
export interface ChosenCases extends ScreenRun {
  readonly score: string;
  readonly columns: readonly string[];
  readonly rows: readonly ChosenCase[];
}

export interface ChosenCase {
  readonly file: CaseFile;
  /** What the last scan knew of it; null where it can no longer be read. */
  readonly scanned: ReadableFile | null;
  /** What the report calls it: its number, or its path where that was asked for. */
  readonly name: string;
  readonly rank: number;
  readonly cells: readonly string[];
}

const TITLES: Readonly<Record<Exclude<ReportColumn, 'scales'>, string>> = {
  rank: 'Rank',
  path: 'Case',
  label: 'Label',
  score: 'Score',
  tail: 'As high in normals (95 % interval)',
  verdict: 'Decision',
  note: 'Note',
  reviewer: 'Decided by',
  decidedAt: 'Decided at (UTC)',
  acquisition: 'Acquisition',
  attributes: 'DICOM attributes',
};

const VERDICTS = { flag: 'flagged', clear: 'cleared', unsure: 'unsure' } as const;

/**
 * The chosen cases, the most anomalous first.
 * @throws ServiceError 'unknown-run' | 'unknown-score' | 'unknown-file' | 'no-scores' | 'invalid-request'
 */
export async function chosenCases(ctx: Context, choice: ReportChoice): Promise<ChosenCases> {
  const found = findScreenRun(ctx, { run: choice.runId });
  const score = chooseScore(choice.score, found.model.scores);
  const scales = scoreFamily(score, found.model.scores).filter((name) => name !== score);
  const { unit } = found.model.detector.method;
  const tail = tailsOver(found.model.metrics.heldOutScores[score]);
  const named = scoreUnit(unit);
  const titled = (name: string) => (named === null ? name : `${name} (${named})`);
  const columns = choice.columns.flatMap((column) =>
    column === 'scales' ? scales.map(titled) : [column === 'score' ? titled(TITLES.score) : TITLES[column]],
  );
  const rows: ChosenCase[] = [];
  for (const fileId of caseIds(ctx, choice, found, score)) {
    rows.push(await chosenCase(ctx, choice, found, fileId, { score, scales, unit, tail }));
  }
  return { ...found, score, columns, rows: rows.sort((a, b) => a.rank - b.rank) };
}

function caseIds(ctx: Context, choice: ReportChoice, { run, model }: ScreenRun, score: string): number[] {
  const { cases } = choice;
  if ('fileIds' in cases) return [...new Set(cases.fileIds)];
  const threshold = ctx.store.thresholds.latest(model.record.id, score)?.value ?? null;
  if ('aboveThreshold' in cases && threshold === null) {
    throw new ServiceError(
      'invalid-request',
      `No threshold is set for ${score} of "${model.record.name}"; set one, or choose cases by their decisions.`,
    );
  }
  const list = {
    runId: run.id,
    name: score,
    threshold,
    filter: {
      verdicts: 'verdicts' in cases ? cases.verdicts : [],
      aboveThreshold: 'aboveThreshold' in cases ? true : null,
      search: '',
      label: null,
    },
    sort: { by: 'score', descending: true },
  } as const;
  const { total, rows } = ctx.store.ranking.page(list, { offset: 0, limit: MOST_CASES });
  if (total <= MOST_CASES) return rows.map(({ fileId }) => fileId);
  throw new ServiceError(
    'invalid-request',
    `${total} cases are chosen, and a report holds ${MOST_CASES} at most; choose fewer, or set a higher threshold.`,
  );
}

/** How the cells of scores are filled. */
interface Scoring {
  readonly score: string;
  readonly scales: readonly string[];
  readonly unit: LossUnit | null;
  readonly tail: ReturnType<typeof tailsOver>;
}

async function chosenCase(
  ctx: Context,
  { runId, columns, identifiers, retain }: ReportChoice,
  { dataset }: ScreenRun,
  fileId: number,
  { score, scales, unit, tail }: Scoring,
): Promise<ChosenCase> {
  const { ranking, scores, decisions } = ctx.store;
  const file = ranking.caseFile(runId, fileId);
  const values = scores.ofFile(runId, fileId)?.scores;
  if (file === undefined || values === undefined) {
    throw new ServiceError(
      'unknown-file',
      `Screening ${runId} has no case with the number ${fileId}; choose the cases again.`,
    );
  }
  const { rank } = ranking.rankOf(runId, score, fileId);
  const rarity = tail(values[score]);
  const [decision] = decisions.history(runId, fileId);
  const name = caseName(file, identifiers);
  const record = ctx.store.files.get(fileId);
  const scanned = record?.status === 'readable' ? record : null;
  const cells: Readonly<Record<Exclude<ReportColumn, 'scales'>, string>> = {
    rank: rank === null ? '' : String(rank),
    path: name,
    label: file.label ?? '',
    score: cellOf(values[score], unit),
    tail: rarity === null ? '' : tailText(rarity),
    verdict: verdictText(decision?.verdict ?? null),
    note: decision?.note ?? '',
    reviewer: decision?.who ?? '',
    decidedAt: decision?.at ?? '',
    acquisition: scanned === null ? '' : acquisitionText(scanned),
    attributes: columns.includes('attributes') ? await attributesText(ctx, dataset, file, retain) : '',
  };
  return {
    file,
    scanned,
    name,
    rank: rank ?? Number.MAX_SAFE_INTEGER,
    cells: columns.flatMap((column) =>
      column === 'scales' ? scales.map((scale) => cellOf(values[scale], unit)) : [cells[column]],
    ),
  };
}

function verdictText(verdict: Verdict | null): string {
  return verdict === null ? '' : VERDICTS[verdict];
}

/** The unit is in the column's title. */
function cellOf(value: number | undefined, unit: LossUnit | null): string {
  if (value === undefined) return '';
  return scoreUnit(unit) === null ? value.toPrecision(4) : value.toFixed(2);
}
