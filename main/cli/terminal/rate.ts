/** Long enough to smooth a batch, short enough to notice that a machine has become busy. Milliseconds. */
const WINDOW_MS = 15_000;

interface Sample {
  readonly at: number;
  readonly done: number;
}

/** How fast a count grows, over the last seconds. */
export class Rate {
  #samples: Sample[] = [];

  /** @param at milliseconds of any steady clock */
  add(at: number, done: number): void {
    const oldest = this.#samples.findLastIndex((sample) => at - sample.at >= WINDOW_MS);
    this.#samples = [...this.#samples.slice(Math.max(0, oldest)), { at, done }];
  }

  /** Per second; null until there is something to tell it from. */
  perSecond(): number | null {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.at <= first.at || last.done <= first.done)
      return null;
    return ((last.done - first.done) * 1000) / (last.at - first.at);
  }
}
