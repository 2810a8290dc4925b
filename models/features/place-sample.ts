import type { RandomStream } from '../random.ts';
import { type Features, requireDimensions, requireFeatures, row } from './features.ts';
import { type GridShape, neighbourhoodMeans } from './grid.ts';
import { Reservoir } from './reservoir.ts';
import { type Fitted, kept } from './statistic.ts';

/** Images' worth of belief that a place is like all others: a few images say little of each place alone. */
const PRIOR_IMAGES = 5;
/** Of a feature's mean square: a variance below it is rounding. */
const LEAST_SHARE = 1e-10;

/**
 * A uniform sample of places of images that pass by once, standardised: each feature less its mean, over its deviation, at that
 * place of the image and around it. Where parts lie alike in all images, their borders are then nothing unusual; where they do
 * not, all places have the same moments.
 */
export class PlaceSample {
  readonly #grid: GridShape;
  /** Each vector with the number of its place, a last dimension that 32 bits hold exactly. */
  readonly #reservoir: Reservoir;
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  #images = 0;

  /** @param most places kept, from 1 */
  constructor(grid: GridShape, most: number, random: RandomStream) {
    this.#grid = grid;
    this.#reservoir = new Reservoir(most, grid.dimensions + 1, random);
    this.#sums = new Float64Array(grid.height * grid.width * grid.dimensions);
    this.#squares = new Float64Array(this.#sums.length);
  }

  /** @param places of whole images, one after the other */
  add(places: Features): void {
    const size = this.#sums.length;
    this.#images += places.values.length / size;
    places.values.forEach((value, index) => {
      const slot = index % size;
      this.#sums[slot] = (this.#sums[slot] ?? 0) + value;
      this.#squares[slot] = (this.#squares[slot] ?? 0) + value * value;
    });
    this.#reservoir.add(numbered(places, this.#grid));
  }

  /**
   * @param scale of this sample, or of another that it is compared with
   * @throws FeatureError 'no-features' where no image passed
   */
  standardised(scale: Fitted): Features {
    const sample = this.#reservoir.sample();
    requireFeatures(sample, 'in-distribution');
    const { dimensions } = this.#grid;
    const values = new Float32Array(sample.count * dimensions);
    for (let index = 0; index < sample.count; index++) {
      const vector = row(sample, index);
      const first = (vector[dimensions] ?? 0) * dimensions;
      for (let d = 0; d < dimensions; d++)
        values[index * dimensions + d] = scaled(vector[d] ?? NaN, scale, first + d);
    }
    return { values, count: sample.count, dimensions };
  }

  /** `centre` and `gain` of each feature of each place, `[h, w, D]`. */
  scale(): Fitted {
    const { dimensions } = this.#grid;
    const around = (sums: Float64Array) =>
      neighbourhoodMeans(
        neighbourhoodMeans(
          sums.map((sum) => sum / this.#images),
          this.#grid,
        ),
        this.#grid,
      );
    const [means, squares] = [around(this.#sums), around(this.#squares)];
    const [meanOfAll, squareOfAll] = [overPlaces(means, dimensions), overPlaces(squares, dimensions)];
    const variances = squares.map((square, slot) => square - (means[slot] ?? 0) ** 2);
    const varianceOfAll = squareOfAll.map((square, d) => square - (meanOfAll[d] ?? 0) ** 2);
    const own = this.#images / (this.#images + PRIOR_IMAGES);
    const mixed = (place: Float64Array, all: Float64Array) =>
      place.map((value, slot) => own * value + (1 - own) * (all[slot % dimensions] ?? 0));
    const centre = mixed(means, meanOfAll);
    const gain = mixed(variances, varianceOfAll).map((variance, slot) =>
      variance > LEAST_SHARE * (squareOfAll[slot % dimensions] ?? 0) ? 1 / Math.sqrt(variance) : 1,
    );
    return { centre: Float32Array.from(centre), gain: Float32Array.from(gain) };
  }
}

/**
 * Places of whole images, by the scale of a fit.
 * @throws FeatureError 'wrong-dimensions'
 */
export function standardisedPlaces(places: Features, grid: GridShape, scale: Fitted): Features {
  requireDimensions(places, grid.dimensions);
  const [centre, gain] = [kept(scale, 'centre'), kept(scale, 'gain')];
  const size = grid.height * grid.width * grid.dimensions;
  if (centre.length !== size) throw new RangeError('the detector was fitted on another grid of places');
  return {
    ...places,
    values: places.values.map((value, index) => scaled(value, { centre, gain }, index % size)),
  };
}

function scaled(value: number, { centre, gain }: Fitted, slot: number): number {
  return (value - (centre?.[slot] ?? NaN)) * (gain?.[slot] ?? NaN);
}

function numbered({ values, count, dimensions }: Features, { height, width }: GridShape): Features {
  const longer = new Float32Array(count * (dimensions + 1));
  for (let index = 0; index < count; index++) {
    longer.set(values.subarray(index * dimensions, (index + 1) * dimensions), index * (dimensions + 1));
    longer[index * (dimensions + 1) + dimensions] = index % (height * width);
  }
  return { values: longer, count, dimensions: dimensions + 1 };
}

function overPlaces(values: Float64Array, dimensions: number): Float64Array {
  const means = new Float64Array(dimensions);
  const places = values.length / dimensions;
  values.forEach((value, slot) => {
    means[slot % dimensions] = (means[slot % dimensions] ?? 0) + value / places;
  });
  return means;
}
