import type { StoredValues } from '../stored-image.ts';
import { allocate } from './sample-kind.ts';
import type { SampleKind } from './sample-kind.ts';

/** Averages squares of `shrink` pixels a side, rows coming in from the top. Integers are rounded, halves up. */
export class BoxMean {
  /** Interleaved [height, width, channels]; complete when all rows were added. */
  readonly values: StoredValues;
  readonly #width: number;
  readonly #channels: number;
  readonly #shrink: number;
  readonly #round: boolean;
  #row = 0;

  constructor(width: number, height: number, channels: number, shrink: number, kind: SampleKind) {
    this.values = allocate(kind, width * height * channels);
    this.#width = width;
    this.#channels = channels;
    this.#shrink = shrink;
    this.#round = kind !== 'float32';
  }

  /** Adds the next rows [n x shrink, width x shrink, channels]. */
  add(rows: StoredValues): void {
    const length = this.#width * this.#channels;
    const shrink = this.#shrink;
    const stride = length * shrink;
    const area = shrink * shrink;
    const sums = new Float64Array(length);
    for (let start = 0; start < rows.length; start += stride * shrink) {
      sums.fill(0);
      for (let y = 0; y < shrink; y++) this.#addRow(rows, start + y * stride, sums);
      const to = this.#row * length;
      for (let i = 0; i < length; i++) {
        const mean = (sums[i] ?? 0) / area;
        this.values[to + i] = this.#round ? Math.floor(mean + 0.5) : mean;
      }
      this.#row++;
    }
  }

  #addRow(rows: StoredValues, start: number, sums: Float64Array): void {
    const channels = this.#channels;
    const shrink = this.#shrink;
    let at = start;
    for (let x = 0; x < sums.length; x += channels) {
      for (let dx = 0; dx < shrink; dx++) {
        for (let c = 0; c < channels; c++) sums[x + c] = (sums[x + c] ?? 0) + (rows[at++] ?? 0);
      }
    }
  }
}
