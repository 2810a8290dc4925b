/**
 * Flows on the rows of a table (Schmier, Köthe, Straehle 2023, tabular data): the contrast set are the same rows with every column in an order
 * of its own, so that what is found normal is how columns go together.
 */
import { logDensities } from '../models/detectors/shared/flow-density.ts';
import {
  type FloorSettings,
  contrastiveFit,
  flowFitSettings,
  flowOf,
  plainFit,
  ratioFit,
} from '../models/detectors/shared/flow-fit.ts';
import { contrastFlow } from '../models/detectors/shared/flow-objectives.ts';
import { spreadOf, vectorSets } from '../models/detectors/shared/vector-sets.ts';
import { type Features, selected } from '../models/features/features.ts';
import { mse } from '../models/features/mse.ts';
import { permutedMarginals } from '../models/features/permuted-marginals.ts';
import type { PresetName } from '../models/preset-name.ts';
import { RandomStream } from '../models/random.ts';
import { auroc } from '../models/scoring/metrics.ts';
import { fitPrepared } from './accuracy/fitted-method.ts';
import type { AccuracyRequest } from './accuracy/request.ts';
import { type NumericTable, TableError } from './tabular/numeric-table.ts';

export const TABULAR_DETECTORS = ['contrastive-flow', 'plain-flow', 'flow-ratio', 'mse'] as const;
export type TabularDetector = (typeof TABULAR_DETECTORS)[number];

export interface TabularRequest extends Pick<AccuracyRequest, 'environment' | 'report'> {
  readonly table: NumericTable;
  readonly preset: PresetName;
  readonly detectors: readonly TabularDetector[];
  readonly seed: number;
}

export interface TabularResult {
  readonly detector: TabularDetector;
  /** Of every row of the table, in its order; higher is more anomalous. */
  readonly scores: readonly number[];
  /** Over the rows that were not fitted on; null where no labels are known. */
  readonly auroc: number | null;
  readonly seconds: number;
}

/** In few dimensions log-densities differ by little: ε has to lie below nearly all of them for the contrast to count. */
const FLOOR: FloorSettings = { kind: 'quantile', quantile: 0.1, above: -Math.LN10 };

/**
 * Fits to half of the normal rows where labels are known, else to all rows.
 * @throws {TableError} for fewer than twenty rows to fit to; FeatureError for a table of one column
 */
export async function scoreTable(request: TabularRequest): Promise<TabularResult[]> {
  const { table, seed } = request;
  const { anomalous } = table;
  const order = Array.from(new RandomStream(seed, 'rows').permutation(table.rows.count));
  const normal = order.filter((index) => anomalous?.[index] !== true);
  const fitted = anomalous === null ? normal : normal.slice(0, Math.ceil(normal.length / 2));
  if (fitted.length < LEAST_ROWS)
    throw new TableError(
      `There are ${fitted.length} normal rows to fit to, and at least ${LEAST_ROWS} are needed.`,
    );
  const rows = standardised(table.rows, selected(table.rows, fitted));
  const held = Math.ceil(fitted.length / 10);
  const [heldOut, training] = [selected(rows, fitted.slice(0, held)), selected(rows, fitted.slice(held))];
  const seen = new Set(fitted);
  const results: TabularResult[] = [];
  for (const detector of request.detectors) {
    const begun = performance.now();
    const scores = await detectorScores(request, detector, { training, heldOut, rows });
    const tested = (wanted: boolean) =>
      scores.filter((_, index) => !seen.has(index) && anomalous?.[index] === wanted);
    results.push({
      detector,
      scores,
      auroc: anomalous === null ? null : auroc(tested(false), tested(true)),
      seconds: (performance.now() - begun) / 1000,
    });
  }
  return results;
}

const LEAST_ROWS = 20;
/** Of a column's deviation: rows have no sphere to be kept from, and their ties may be narrow. */
const NOISE = 0.05;

/** Each column with mean 0 and deviation 1 among the fitted rows; a constant one stays 0 where it is as fitted. */
function standardised(rows: Features, fitted: Features): Features {
  const { dimensions } = rows;
  const { mean, deviation } = spreadOf(fitted.values, dimensions);
  const values = rows.values.map(
    (value, at) => (value - (mean[at % dimensions] ?? 0)) / (deviation[at % dimensions] || 1),
  );
  return { ...rows, values };
}

async function detectorScores(
  { environment, report, preset, seed }: TabularRequest,
  detector: TabularDetector,
  { training, heldOut, rows }: { training: Features; heldOut: Features; rows: Features },
): Promise<number[]> {
  if (detector === 'mse') return Array.from(mse.scorer(mse.fit(training, {}, null), {})(rows));
  const settings = { ...flowFitSettings(preset), noise: NOISE };
  const sets = vectorSets(
    rows.dimensions,
    {
      normal: training.values,
      heldOut: heldOut.values,
      contrast: permutedMarginals(training, seed).values,
    },
    seed,
  );
  const prepared = {
    'contrastive-flow': () => contrastiveFit(environment, sets, settings, FLOOR, seed),
    'plain-flow': () => plainFit(environment, sets, settings, seed),
    'flow-ratio': () => ratioFit(environment, sets, settings, seed),
  }[detector]();
  const parameters = await fitPrepared({ environment, report }, prepared, seed, detector);
  const flow = flowOf(settings, rows.dimensions);
  const own = await logDensities(environment, flow, parameters, rows.values);
  if (detector !== 'flow-ratio') return Array.from(own, (value) => -value);
  const other = await logDensities(environment, flow, contrastFlow(parameters), rows.values);
  return Array.from(own, (value, index) => (other[index] ?? Number.NaN) - value);
}
