/** Looks that differ in few bits, found among many without comparing each with each. */

const BITS = 64;
/** Fewer would be so long that there is a list for each of millions of values. */
const LEAST_PARTS = 4;

/** A look as two unsigned numbers of 32 bits. */
export interface Look {
  readonly high: number;
  readonly low: number;
}

export function parseLook(hexadecimal: string): Look {
  return {
    high: Number.parseInt(hexadecimal.slice(0, 8), 16),
    low: Number.parseInt(hexadecimal.slice(8), 16),
  };
}

/** In how many bits two looks differ. */
export function lookDistance(a: Look, b: Look): number {
  return bitsIn(a.high ^ b.high) + bitsIn(a.low ^ b.low);
}

/** Bits `from` to `to` of each look, and the looks in their order. */
interface Part {
  readonly maskHigh: number;
  readonly maskLow: number;
  readonly valueOf: (high: number, low: number) => number;
  /** Where the looks of a value begin in the lists that follow; one more for the end. */
  readonly starts: Uint32Array;
  readonly order: Uint32Array;
  readonly high: Uint32Array;
  readonly low: Uint32Array;
}

/**
 * Finds looks by how near they are (Norouzi, Punjani and Fleet 2012, "Fast search in Hamming space with multi-index hashing"): of more
 * parts than bits may differ at least one is the same, so that only looks that share a part are compared.
 */
export class LookIndex {
  readonly #reach: number;
  readonly #parts: readonly Part[];

  constructor(looks: readonly Look[], reach: number) {
    this.#reach = reach;
    const count = Math.max(LEAST_PARTS, reach + 1);
    this.#parts = Array.from({ length: count }, (_, part) =>
      partOf(looks, Math.floor((part * BITS) / count), Math.floor(((part + 1) * BITS) / count)),
    );
  }

  /** The indices of all looks within reach of one, that look itself among them if it is indexed; each once. */
  near({ high, low }: Look): number[] {
    const found: number[] = [];
    for (const [number, part] of this.#parts.entries()) {
      const value = part.valueOf(high, low);
      const end = part.starts[value + 1] ?? 0;
      for (let at = part.starts[value] ?? 0; at < end; at++) {
        const differingHigh = (part.high[at] ?? 0) ^ high;
        const differingLow = (part.low[at] ?? 0) ^ low;
        if (bitsIn(differingHigh) + bitsIn(differingLow) > this.#reach) continue;
        // It is found again by every further part that is the same.
        if (this.#firstSame(differingHigh, differingLow) === number) found.push(part.order[at] ?? 0);
      }
    }
    return found;
  }

  #firstSame(differingHigh: number, differingLow: number): number {
    return this.#parts.findIndex(
      ({ maskHigh, maskLow }) => (differingHigh & maskHigh) === 0 && (differingLow & maskLow) === 0,
    );
  }
}

/** Bits are counted from 0, the lowest one, to 63. */
function partOf(looks: readonly Look[], from: number, to: number): Part {
  const mask = ((1n << BigInt(to)) - 1n) ^ ((1n << BigInt(from)) - 1n);
  const maskHigh = Number(mask >> 32n);
  const maskLow = Number(mask & 0xffffffffn);
  const valueOf = valueBetween(from, to);
  const starts = new Uint32Array(2 ** (to - from) + 1);
  for (const { high, low } of looks) {
    const after = valueOf(high, low) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let value = 1; value < starts.length; value++) {
    starts[value] = (starts[value] ?? 0) + (starts[value - 1] ?? 0);
  }
  const next = starts.slice();
  const lists = {
    order: new Uint32Array(looks.length),
    high: new Uint32Array(looks.length),
    low: new Uint32Array(looks.length),
  };
  for (const [index, { high, low }] of looks.entries()) {
    const value = valueOf(high, low);
    const at = next[value] ?? 0;
    lists.order[at] = index;
    lists.high[at] = high;
    lists.low[at] = low;
    next[value] = at + 1;
  }
  return { maskHigh, maskLow, valueOf, starts, ...lists };
}

function valueBetween(from: number, to: number): (high: number, low: number) => number {
  const mask = 2 ** (to - from) - 1;
  if (to <= 32) return (_, low) => (low >>> from) & mask;
  if (from >= 32) return (high) => (high >>> (from - 32)) & mask;
  return (high, low) => ((high << (32 - from)) | (low >>> from)) & mask;
}

/** Ones among 32 bits. */
function bitsIn(value: number): number {
  const pairs = value - ((value >>> 1) & 0x55555555);
  const fours = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
