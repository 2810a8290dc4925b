import { type Features, requireDimensions, requireFeatures, squaredDistanceOfRows } from './features.ts';
import { bankOf, bankParameters } from './k-nearest.ts';
import { covarianceOf, meanOf } from './moments.ts';
import { type Statistic, kept } from './statistic.ts';

/**
 * How wide the kernels are. `leave-one-out`: where the vectors find each other likeliest (Duin 1976). `scott`: mean deviation times
 * n^(−1/(D+4)), for vectors that are Gaussian. `fixed`: given.
 */
export type Bandwidth =
  | { readonly choice: 'leave-one-out' }
  | { readonly choice: 'scott' }
  | { readonly choice: 'fixed'; readonly width: number };

export interface KdeSettings {
  readonly bandwidth: Bandwidth;
}

/** −log of the mean of round Gaussian kernels at the fitted vectors, in nats. */
export const kde: Statistic<KdeSettings> = {
  contrast: false,
  fit(normal, { bandwidth }) {
    requireFeatures(normal, 'in-distribution');
    return { ...bankParameters(normal), width: Float32Array.of(widthOf(normal, bandwidth)) };
  },
  scorer(fitted) {
    const bank = bankOf(fitted);
    const [width = NaN] = kept(fitted, 'width');
    const squares = new Float64Array(bank.count);
    return (features) => {
      requireDimensions(features, bank.dimensions);
      return Float64Array.from({ length: features.count }, (_, index) => {
        for (let each = 0; each < bank.count; each++)
          squares[each] = squaredDistanceOfRows(features, index, bank, each);
        return -logDensity(squares, width, bank.dimensions);
      });
    };
  },
};

/** log (1/n) Σ N(x; x_i, width²·I), from the squared distances |x − x_i|². The largest exponent is taken out, so that none underflows. */
function logDensity(squares: Float64Array, width: number, dimensions: number): number {
  const least = squares.reduce((smallest, square) => Math.min(smallest, square), Infinity);
  let sum = 0;
  for (const square of squares) sum += Math.exp((least - square) / (2 * width * width));
  const constant = (dimensions / 2) * Math.log(2 * Math.PI * width * width);
  return Math.log(sum / squares.length) - least / (2 * width * width) - constant;
}

/** Of the features' size: a width below which equal vectors are told apart by rounding alone. */
const LEAST_SHARE = 1e-6;
const LEAST_WIDTH = 1e-15;

function widthOf(normal: Features, bandwidth: Bandwidth): number {
  if (bandwidth.choice === 'fixed') return bandwidth.width;
  const { count, dimensions } = normal;
  const mean = meanOf(normal);
  const size = Math.sqrt(mean.reduce((sum, value) => sum + value * value, 0) / dimensions);
  const least = Math.max(LEAST_SHARE * size, LEAST_WIDTH);
  const scott = meanDeviation(normal, mean) * count ** (-1 / (dimensions + 4));
  // One vector, or none but equal ones, say nothing of a width.
  if (scott <= least || count === 1 || bandwidth.choice === 'scott') return Math.max(scott, least);
  return Math.max(leaveOneOutWidth(normal, scott), least);
}

function meanDeviation(normal: Features, mean: Float64Array): number {
  const { dimensions } = normal;
  const covariance = covarianceOf(normal, mean);
  let trace = 0;
  for (let d = 0; d < dimensions; d++) trace += covariance[d * dimensions + d] ?? 0;
  return Math.sqrt(trace / dimensions);
}

/** Squared distances that are in memory at once; vectors beyond it are drawn at equal steps. */
const MOST_DISTANCES = 2 ** 21;
/** The likelihood is searched so many times below and above Scott's width. */
const RANGE = 64;
const STEPS = 24;

/** Golden section on the logarithm of the width. */
function leaveOneOutWidth(normal: Features, start: number): number {
  const { count, dimensions } = normal;
  const queries = Math.max(1, Math.min(count, Math.floor(MOST_DISTANCES / count)));
  const squares = Array.from({ length: queries }, (_, query) => {
    const own = Math.floor((query * count) / queries);
    const others = new Float64Array(count - 1);
    for (let each = 0; each < count; each++) {
      if (each !== own)
        others[each < own ? each : each - 1] = squaredDistanceOfRows(normal, own, normal, each);
    }
    return others;
  });
  const likelihood = (logWidth: number) =>
    squares.reduce((sum, each) => sum + logDensity(each, Math.exp(logWidth), dimensions), 0);
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(start / RANGE);
  let high = Math.log(start * RANGE);
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)];
  let [ofLeft, ofRight] = [likelihood(left), likelihood(right)];
  for (let step = 0; step < STEPS; step++) {
    if (ofLeft > ofRight) {
      [high, right, ofRight] = [right, left, ofLeft];
      left = high - golden * (high - low);
      ofLeft = likelihood(left);
    } else {
      [low, left, ofLeft] = [left, right, ofRight];
      right = low + golden * (high - low);
      ofRight = likelihood(right);
    }
  }
  return Math.exp((low + high) / 2);
}
