import type { PixelMap } from '../../models/detectors/method.ts';

/** The ends of a colour scale, in units of the map. */
export interface ColourScale {
  readonly low: number;
  readonly high: number;
}

/** Of the values of normal images: below `LOW` and above `HIGH` colours say no more. */
const LOW = 0.01;
const HIGH = 0.999;

/** Values kept per map name; beyond, every second, fourth … value is taken. */
const MOST_VALUES = 2 ** 21;

/**
 * Finds the one fixed colour scale of each map of a model, from the maps of normal images that it was not fitted on. All
 * images of that model are drawn with it, so that a normal image looks calm.
 */
export class ColourScales {
  readonly #stride: number;
  readonly #values = new Map<string, number[]>();
  #seen = 0;

  /** @param expectedValues of the finest map, over all images to come */
  constructor(expectedValues: number) {
    this.#stride = Math.max(1, Math.ceil(expectedValues / MOST_VALUES));
  }

  add(maps: Readonly<Record<string, PixelMap>>): void {
    for (const [name, { values }] of Object.entries(maps)) {
      const kept = this.#values.get(name) ?? [];
      this.#values.set(name, kept);
      // Starting elsewhere in each image, so that no column is left out of all of them.
      for (let index = this.#seen % this.#stride; index < values.length; index += this.#stride) {
        const value = values[index] ?? NaN;
        if (Number.isFinite(value)) kept.push(value);
      }
    }
    this.#seen += 1;
  }

  /** By map name; maps without a finite value have none. */
  scales(): Record<string, ColourScale> {
    const scales: Record<string, ColourScale> = {};
    for (const [name, kept] of this.#values) {
      const ascending = Float64Array.from(kept).sort();
      const low = quantile(ascending, LOW);
      const high = quantile(ascending, HIGH);
      if (low === undefined || high === undefined) continue;
      // Where all values are one, the scale still needs a width.
      scales[name] = low < high ? { low, high } : { low, high: low + Math.max(1e-6, Math.abs(low) * 1e-6) };
    }
    return scales;
  }
}

function quantile(ascending: Float64Array, probability: number): number | undefined {
  return ascending[Math.round(probability * (ascending.length - 1))];
}
