import * as a from '../array.ts';
import type { Tensor } from '../array.ts';
import { elementCount } from '../compile/graph.ts';

export interface PackedMember {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** One tensor of training state: consecutive parameters end to end. */
export interface Pack {
  readonly name: string;
  readonly size: number;
  readonly members: readonly PackedMember[];
}

/**
 * About how many numbers a pack holds. Fewer packs mean fewer optimiser operators (a dozen each, not a dozen a
 * parameter); smaller ones mean that gradients of one step are used up before those of the next are computed, and that the
 * optimiser's intermediate results stay small.
 */
const PACK_SIZE = 1 << 19;

/** Parameters in their order, a new pack whenever one is full. */
export function packParameters(
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Pack[] {
  const packs: { name: string; size: number; members: PackedMember[] }[] = [];
  for (const { name, shape } of specs) {
    const size = elementCount(shape);
    let pack = packs.at(-1);
    if (pack === undefined || pack.size >= PACK_SIZE) {
      pack = { name: `pack${packs.length}`, size: 0, members: [] };
      packs.push(pack);
    }
    pack.members.push({ name, shape, offset: pack.size, size });
    pack.size += size;
  }
  return packs;
}

/** The parameters in a traced vector per pack. */
export function unpackTensors(packs: readonly Pack[], vectors: readonly Tensor[]): Record<string, Tensor> {
  const tensors: Record<string, Tensor> = {};
  packs.forEach(({ members }, position) => {
    const vector = vectors[position];
    if (vector === undefined) throw new RangeError(`no tensor for pack ${position}`);
    const pieces = a.split(
      vector,
      members.map(({ size }) => size),
      0,
    );
    members.forEach(({ name, shape }, member) => {
      const piece = pieces[member];
      if (piece !== undefined) tensors[name] = a.reshape(piece, shape);
    });
  });
  return tensors;
}

type Data = Readonly<Record<string, Float32Array<ArrayBuffer>>>;

/** @throws {RangeError} when a parameter is missing or has another size. */
export function packData(
  packs: readonly Pack[],
  parameters: Data,
): Record<string, Float32Array<ArrayBuffer>> {
  return Object.fromEntries(
    packs.map(({ name, size, members }) => {
      const vector = new Float32Array(size);
      for (const member of members) {
        const values = parameters[member.name];
        if (values?.length !== member.size)
          throw new RangeError(`parameter ${member.name} is missing or has another size`);
        vector.set(values, member.offset);
      }
      return [name, vector];
    }),
  );
}

/** Views, not copies. */
export function unpackData(packs: readonly Pack[], vectors: Data): Record<string, Float32Array<ArrayBuffer>> {
  const parameters: Record<string, Float32Array<ArrayBuffer>> = {};
  for (const { name, members } of packs) {
    for (const member of members) {
      const vector = vectors[name];
      if (vector === undefined) throw new RangeError(`no data for pack ${name}`);
      parameters[member.name] = vector.subarray(member.offset, member.offset + member.size);
    }
  }
  return parameters;
}
