/**
 * Problems whose answer is known exactly: what a contrastive flow learns is the normalised positive difference C·(p − q)·1{p > q} of two
 * densities (Schmier, Köthe, Straehle 2023).
 */
import {
  type FlowFitSettings,
  type FloorSettings,
  contrastiveFit,
  flowOf,
  plainFit,
  ratioFit,
} from '../../models/detectors/shared/flow-fit.ts';
import { logDensities } from '../../models/detectors/shared/flow-density.ts';
import { contrastFlow } from '../../models/detectors/shared/flow-objectives.ts';
import { vectorSets } from '../../models/detectors/shared/vector-sets.ts';
import { RandomStream } from '../../models/random.ts';
import { fitPrepared } from './fitted-method.ts';
import type { AccuracyRequest } from './request.ts';

type Request = Pick<AccuracyRequest, 'environment' | 'report'>;

export interface Normal {
  readonly mean: number;
  readonly deviation: number;
}

/** A mixture of normal distributions with weights that sum to 1. */
export type Mixture = readonly (Normal & { readonly weight: number })[];

export const TOY_FLOW: FlowFitSettings = {
  blocks: 8,
  hidden: 32,
  noise: 0,
  batchSize: 512,
  learningRate: 5e-3,
  steps: 1000,
};
/** ε far below any density of the samples, as the exact answer is that of ε → −∞. Nats. */
const LOW_FLOOR: FloorSettings = { kind: 'given', floor: -8 };

const SAMPLES = 100_000;
const HELD_OUT = 2000;

export interface OneDimensional {
  /** ½∫|learned − exact|. */
  readonly totalVariation: number;
  /** Of p itself, which a plain flow learns, to the exact answer. */
  readonly totalVariationOfPlain: number;
  /** −log of the learned density of samples of p and of q. */
  readonly scores: { readonly normal: number[]; readonly contrast: number[] };
}

/**
 * One dimension. A coupling needs two, so an independent standard normal one is added to both p and q, which the exact answer then has too;
 * the learned density is integrated over it numerically.
 */
export async function positiveDifference(
  request: Request,
  { p, q, floor = LOW_FLOOR }: { p: Mixture; q: Mixture; floor?: FloorSettings },
  seed: number,
  name: string,
): Promise<OneDimensional> {
  const random = new RandomStream(seed, 'one-dimensional toy');
  const draw = (mixture: Mixture, count: number) => {
    const vectors = new Float32Array(2 * count);
    for (let row = 0; row < count; row++) vectors.set([drawn(mixture, random), random.normal()], 2 * row);
    return vectors;
  };
  const sets = vectorSets(
    2,
    { normal: draw(p, SAMPLES), heldOut: draw(p, HELD_OUT), contrast: draw(q, SAMPLES) },
    seed,
  );
  const prepared = contrastiveFit(request.environment, sets, TOY_FLOW, floor, seed);
  const parameters = await fitPrepared(request, prepared, seed, name);
  const densities = (vectors: Float32Array) =>
    logDensities(request.environment, flowOf(TOY_FLOW, 2), parameters, vectors);

  const [xs, us] = [midpoints(-6, 6, 240), midpoints(-6, 6, 120)];
  const grid = Float32Array.from(xs.flatMap((x) => us.flatMap((u) => [x, u])));
  const joint = await densities(grid);
  const learned = xs.map((_, column) =>
    us.reduce((sum, __, row) => sum + Math.exp(joint[column * us.length + row] ?? Number.NaN) * 0.1, 0),
  );
  const difference = xs.map((x) => Math.max(0, density(p, x) - density(q, x)));
  const mass = difference.reduce((sum, value) => sum + value, 0) * 0.05;
  const exact = difference.map((value) => value / mass);
  const inside = learned.reduce((sum, value) => sum + value, 0) * 0.05;
  return {
    // The learned density integrates to 1: what is not on the grid lies outside, where the exact one is 0.
    totalVariation: distance(learned, exact) + Math.max(0, 1 - inside) / 2,
    totalVariationOfPlain: distance(
      xs.map((x) => density(p, x)),
      exact,
    ),
    scores: {
      normal: Array.from(await densities(draw(p, HELD_OUT)), (value) => -value),
      contrast: Array.from(await densities(draw(q, HELD_OUT)), (value) => -value),
    },
  };
}

export const DETECTORS_2D = ['plain', 'contrastive', 'ratio'] as const;

export interface TwoDimensional {
  /** How far from the centre of p the point lies that is found most normal, within a square of ±10. */
  readonly distanceOfBest: number;
  /** Scores of samples of p, and of samples far beyond it as seen from q. */
  readonly scores: { readonly normal: number[]; readonly beyond: number[] };
}

/** p = N((1, 1), I), q = N((0, 0), I): log p − log q = x + y − 1 has no maximum. */
export async function beyondTheRatio(
  request: Request,
  kind: (typeof DETECTORS_2D)[number],
  seed: number,
): Promise<TwoDimensional> {
  const random = new RandomStream(seed, 'two-dimensional toy');
  const around = (centre: number, deviation: number, count: number) =>
    Float32Array.from({ length: 2 * count }, () => centre + deviation * random.normal());
  const sets = vectorSets(
    2,
    { normal: around(1, 1, SAMPLES), heldOut: around(1, 1, HELD_OUT), contrast: around(0, 1, SAMPLES) },
    seed,
  );
  const { environment } = request;
  const prepared = {
    plain: () => plainFit(environment, sets, TOY_FLOW, seed),
    contrastive: () => contrastiveFit(environment, sets, TOY_FLOW, LOW_FLOOR, seed),
    ratio: () => ratioFit(environment, sets, TOY_FLOW, seed),
  };
  const parameters = await fitPrepared(request, prepared[kind](), seed, `2-D ${kind}`);
  const flow = flowOf(TOY_FLOW, 2);
  const scores = async (vectors: Float32Array) => {
    const own = await logDensities(environment, flow, parameters, vectors);
    if (kind !== 'ratio') return Array.from(own, (value) => -value);
    const other = await logDensities(environment, flow, contrastFlow(parameters), vectors);
    return Array.from(own, (value, row) => (other[row] ?? Number.NaN) - value);
  };
  const side = midpoints(-10, 10, 100);
  const grid = side.flatMap((x) => side.map((y) => [x, y] as const));
  const onGrid = await scores(Float32Array.from(grid.flat()));
  const [x = Number.NaN, y = Number.NaN] = grid[onGrid.indexOf(Math.min(...onGrid))] ?? [];
  return {
    distanceOfBest: Math.hypot(x - 1, y - 1),
    scores: { normal: await scores(around(1, 1, HELD_OUT)), beyond: await scores(around(6, 1, HELD_OUT)) },
  };
}

export function density(mixture: Mixture, x: number): number {
  return mixture.reduce((sum, { mean, deviation, weight }) => {
    const z = (x - mean) / deviation;
    return sum + (weight * Math.exp(-(z * z) / 2)) / (deviation * Math.sqrt(2 * Math.PI));
  }, 0);
}

function drawn(mixture: Mixture, random: RandomStream): number {
  let rest = random.uniform();
  const part = mixture.find(({ weight }) => (rest -= weight) < 0) ?? mixture[0];
  return (part?.mean ?? 0) + (part?.deviation ?? 1) * random.normal();
}

function midpoints(low: number, high: number, count: number): number[] {
  const step = (high - low) / count;
  return Array.from({ length: count }, (_, at) => low + (at + 0.5) * step);
}

/** On a grid of width 0.05. */
function distance(one: readonly number[], other: readonly number[]): number {
  return one.reduce((sum, value, at) => sum + Math.abs(value - (other[at] ?? Number.NaN)), 0) * 0.025;
}
