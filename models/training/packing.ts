import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

export interface PackedMember {
  readonly name: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly size: number;
}

/** One tensor of training state: a single large parameter, or many small ones end to end. */
export interface Pack {
  readonly name: string;
  readonly size: number;
  readonly members: readonly PackedMember[];
}

/**
 * Parameters from this size on stay apart: packing copies them twice a step, which costs more than the few operators it
 * saves. Smaller ones share one vector, so that the optimiser is a dozen operators, not a thousand.
 */
const APART_FROM = 1 << 18;

export function packParameters(
  specs: readonly { readonly name: string; readonly shape: readonly number[] }[],
): Pack[] {
  const members = specs.map(({ name, shape }) => ({
    name,
    shape,
    size: shape.reduce((p, side) => p * side, 1),
  }));
  const apart = members.filter(({ size }) => size >= APART_FROM);
  const small = members.filter(({ size }) => size < APART_FROM);
  let offset = 0;
  const packed = small.map((member) => {
    const placed = { ...member, offset };
    offset += member.size;
    return placed;
  });
  const packs = apart.map((member) => ({
    name: member.name,
    size: member.size,
    members: [{ ...member, offset: 0 }],
  }));
  return offset === 0 ? packs : [{ name: 'packed', size: offset, members: packed }, ...packs];
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
