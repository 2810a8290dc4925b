import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { packData, packParameters, unpackData, unpackTensors } from '../../../models/training/packing.ts';
import { evaluate, expectSame, compileAndRun, TARGETS } from '../evaluate.ts';
import { type Samples, floats } from '../samples.ts';

const specs = [
  { name: 'kernel', shape: [3, 3, 2, 4] },
  { name: 'large', shape: [600, 1000] },
  { name: 'bias', shape: [4] },
  { name: 'scalar', shape: [] },
  { name: 'matrix', shape: [5, 5] },
  { name: 'larger', shape: [1 << 20] },
  { name: 'last', shape: [2, 1] },
];

const count = (shape: readonly number[]) => shape.reduce((product, side) => product * side, 1);

function dataOf(list: readonly { name: string; shape: readonly number[] }[]) {
  return Object.fromEntries(
    list.map(({ name, shape }, seed) => [name, Float32Array.from(floats(shape, seed + 1).data)]),
  );
}

describe('packs', () => {
  it('hold every parameter once, end to end, under different names', () => {
    const packs = packParameters(specs);
    const members = packs.flatMap((pack) => pack.members);
    expect(members.map(({ name }) => name).sort()).toEqual(specs.map(({ name }) => name).sort());
    expect(new Set(packs.map(({ name }) => name)).size).toBe(packs.length);
    for (const pack of packs) {
      let offset = 0;
      for (const member of pack.members) {
        expect(member.offset).toBe(offset);
        expect(member.size).toBe(count(member.shape));
        offset += member.size;
      }
      expect(pack.size).toBe(offset);
    }
  });

  it('give the data back as they took it', () => {
    const packs = packParameters(specs);
    const data = dataOf(specs);
    const vectors = packData(packs, data);
    expect(packs.map(({ name, size }) => [name, size])).toEqual(
      Object.entries(vectors).map(([name, vector]) => [name, vector.length]),
    );
    expect(unpackData(packs, vectors)).toEqual(data);
  });

  it('give any parameters back', () => {
    const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(shapes, (list) => {
        const some = list.map((shape, position) => ({ name: `p${position}`, shape }));
        const packs = packParameters(some);
        expect(unpackData(packs, packData(packs, dataOf(some)))).toEqual(dataOf(some));
      }),
      { seed: 1 },
    );
  });

  it('give the same tensors inside a program', async () => {
    const small = specs.filter(({ shape }) => count(shape) < 1000);
    const packs = packParameters(small);
    const vectors = packData(packs, dataOf(small));
    const inputs: Samples = Object.fromEntries(
      packs.map(({ name, size }) => [
        name,
        { type: 'float32', shape: [size], data: vectors[name] ?? new Float32Array() },
      ]),
    );
    const program = (tensors: Parameters<Parameters<typeof evaluate>[0]>[0]) => {
      const list = packs.flatMap(({ name }) => tensors[name] ?? []);
      // Every parameter is an output of its own, apart from the inputs' names.
      return Object.fromEntries(
        Object.entries(unpackTensors(packs, list)).map(([name, t]) => [`out ${name}`, t.ref]),
      );
    };
    const data = dataOf(small);
    const expected: Samples = Object.fromEntries(
      small.map(({ name, shape }) => [
        `out ${name}`,
        { type: 'float32', shape, data: data[name] ?? new Float32Array() },
      ]),
    );
    expectSame(evaluate(program, inputs), expected, 0);
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected, 0);
  });

  it('refuse a parameter that is missing or has another size', () => {
    const packs = packParameters(specs);
    const { bias, ...rest } = dataOf(specs);
    expect(() => packData(packs, rest)).toThrow('parameter bias is missing or has another size');
    expect(() => packData(packs, { ...rest, bias: bias?.subarray(1) ?? new Float32Array() })).toThrow(
      RangeError,
    );
    expect(() => unpackData(packs, {})).toThrow(RangeError);
  });
});
