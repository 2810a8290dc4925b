import { seededRandom } from '../../tools/make-examples/random.ts';

/** Numbers at which readers err: the ends of types, small counts, and what is one beside them. */
const ODD_NUMBERS = [
  0, 1, 2, 3, 7, 8, 15, 16, 17, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0xffffff,
  0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
] as const;

/** Choices that depend on a seed alone. */
export class Chance {
  readonly #random: () => number;

  /** @param input its number in the run: each has choices of its own, so that one can be made again without the others */
  constructor(seed: number, input: number) {
    this.#random = seededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(input + 1, 0x85ebca6b));
  }

  /** A whole number from 0 up to, not including, `limit`. */
  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  happens(probability: number): boolean {
    return this.#random() < probability;
  }

  pick<T>(items: readonly T[]): T {
    const item = items[this.below(items.length)];
    if (item === undefined) throw new RangeError('there is nothing to pick from');
    return item;
  }

  oddNumber(): number {
    return this.happens(0.7) ? this.pick(ODD_NUMBERS) : this.below(2 ** 32);
  }

  bytes(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.below(256)));
  }
}
