/** Watches are called this often. */
export const TICK_MS = 250;

/**
 * How long somebody has said nothing, in ticks that this program has lived through: time that the machine slept, or in which this program
 * itself was held up, is nobody's silence.
 */
export class Silence {
  #ticks = 0;

  /** @returns milliseconds of silence */
  tick(): number {
    this.#ticks += 1;
    return this.#ticks * TICK_MS;
  }

  broken(): void {
    this.#ticks = 0;
  }
}
