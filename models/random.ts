/**
 * Counter-based random numbers: Threefry-2×32 with 20 rounds (Salmon et al. 2011, "Parallel random numbers: as easy
 * as 1, 2, 3"). A stream is named by a seed and a purpose, and can jump to any position, so that a resumed run draws
 * what the uninterrupted one would have drawn.
 */
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;
const PARITY = 0x1bd11bda;

/** One block: two 32-bit words for a 64-bit counter under a 64-bit key. */
export function threefry2x32(
  key0: number,
  key1: number,
  counter0: number,
  counter1: number,
): [number, number] {
  const keys = [key0, key1, PARITY ^ key0 ^ key1];
  let x0 = (counter0 + key0) | 0;
  let x1 = (counter1 + key1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8] ?? 0;
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + (keys[injection % 3] ?? 0)) | 0;
      x1 = (x1 + (keys[(injection + 1) % 3] ?? 0) + injection) | 0;
    }
  }
  return [x0 >>> 0, x1 >>> 0];
}

export class RandomStream {
  readonly #key0: number;
  readonly #key1: number;
  #block = 0;
  #pending: number | null = null;

  /** @param purpose keeps streams of one seed apart: "batches", "noise", … */
  constructor(seed: number, purpose: string) {
    this.#key0 = seed >>> 0;
    this.#key1 = hash(purpose);
  }

  /** Continues from the n-th block, whatever was drawn before: for per-step streams that survive a restart. */
  seek(block: number): this {
    this.#block = block;
    this.#pending = null;
    return this;
  }

  /** 32 random bits. */
  bits(): number {
    if (this.#pending !== null) {
      const word = this.#pending;
      this.#pending = null;
      return word;
    }
    const [first, second] = threefry2x32(
      this.#key0,
      this.#key1,
      this.#block >>> 0,
      Math.floor(this.#block / 2 ** 32),
    );
    this.#block += 1;
    this.#pending = second;
    return first;
  }

  /** Uniform in [0, 1). */
  uniform(): number {
    return this.bits() / 2 ** 32;
  }

  /** Uniform among 0 … count − 1. */
  integer(count: number): number {
    return Math.floor(this.uniform() * count);
  }

  /** Standard normal (Box–Muller). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()));
    return radius * Math.cos(2 * Math.PI * this.uniform());
  }

  /** Fills with 16-bit uniforms in [0, 1): enough for dequantisation noise, at half the draws. */
  fillUniform16(target: Float32Array): void {
    for (let index = 0; index < target.length; index += 2) {
      const word = this.bits();
      target[index] = (word & 0xffff) / 65536;
      if (index + 1 < target.length) target[index + 1] = (word >>> 16) / 65536;
    }
  }

  /** The numbers 0 … count − 1 in random order (Fisher–Yates). */
  permutation(count: number): Uint32Array {
    const order = Uint32Array.from({ length: count }, (_, index) => index);
    for (let index = count - 1; index > 0; index--) {
      const other = this.integer(index + 1);
      const saved = order[index] ?? 0;
      order[index] = order[other] ?? 0;
      order[other] = saved;
    }
    return order;
  }
}

/** FNV-1a: purposes are short fixed texts. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  }
  return value >>> 0;
}
