import * as a from '../array.ts';
import { compile } from '../compile/compile.ts';
import { trace } from '../compile/trace.ts';
import type { Environment, Program } from '../device.ts';
import { type Features, requireDimensions, row } from './features.ts';

/**
 * Distances to the nearest of many vectors as one matrix product on a device: |q|² + min_m (|m|² − 2·q·m), which loses digits where
 * vectors are long against their distances; standardised ones are not.
 */
export class NearestProgram {
  readonly #program: Program;
  readonly #bank: Features;
  readonly #squares: Float32Array<ArrayBuffer>;
  readonly #queries: number;

  private constructor(program: Program, bank: Features, queries: number) {
    this.#program = program;
    this.#bank = bank;
    this.#squares = Float32Array.from({ length: bank.count }, (_, index) => squaredLength(row(bank, index)));
    this.#queries = queries;
  }

  /** @param queries at a time. @throws EngineError 'load-failed' */
  static async open(environment: Environment, bank: Features, queries: number): Promise<NearestProgram> {
    const { count, dimensions } = bank;
    const bytes = await environment.graph(`nearest 1 ${queries} ${count} ${dimensions}`, () =>
      compile(
        trace(
          ({ queries: q, bank: m, squares }) => {
            if (q === undefined || m === undefined || squares === undefined)
              throw new RangeError('an input is missing');
            const products = a.matmul(q, a.transpose(m, [1, 0]));
            return { nearest: a.largest(a.subtract(a.multiply(products, 2), squares), [1]) };
          },
          [
            { name: 'queries', shape: [queries, dimensions], type: 'float32' },
            { name: 'bank', shape: [count, dimensions], type: 'float32' },
            { name: 'squares', shape: [count], type: 'float32' },
          ],
        ),
        environment.device.scoringTarget,
      ),
    );
    return new NearestProgram(await environment.device.load(bytes), bank, queries);
  }

  /** @returns a distance a query, as many as the program takes at a time */
  async distances(queries: Features): Promise<Float32Array<ArrayBuffer>> {
    requireDimensions(queries, this.#bank.dimensions);
    const { nearest } = await this.#program.run({
      queries: { data: queries.values, shape: [this.#queries, queries.dimensions] },
      bank: { data: this.#bank.values, shape: [this.#bank.count, this.#bank.dimensions] },
      squares: { data: this.#squares, shape: [this.#bank.count] },
    });
    if (!(nearest?.data instanceof Float32Array))
      throw new TypeError('output nearest is not a float32 tensor');
    return nearest.data.map((value, index) =>
      Math.sqrt(Math.max(0, squaredLength(row(queries, index)) - value)),
    );
  }

  dispose(): Promise<void> {
    return this.#program.dispose();
  }
}

function squaredLength(vector: Float32Array): number {
  return vector.reduce((sum, value) => sum + value * value, 0);
}
