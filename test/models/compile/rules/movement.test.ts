import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  concatOfConcat,
  concatOfSplit,
  movementRules,
  reshapeOfReshape,
  transposeOfTranspose,
  transposeOfUnits,
} from '../../../../models/compile/rules/movement.ts';
import { elementCount } from '../../../../models/compile/graph.ts';
import { concat, reshape, split, transpose } from '../../../../models/compile/ops.ts';
import { bools, floats, ints } from '../../samples.ts';
import { handMade, rewritten } from '../graphs.ts';

describe('reshapeOfReshape', () => {
  it('makes one reshape of two', async () => {
    const graph = handMade([floats([2, 6])], (b, [x]) =>
      x === undefined ? [] : [reshape(b, reshape(b, x, [3, 4]), [4, 3])],
    );
    expect(await rewritten(graph, [reshapeOfReshape])).toEqual({
      before: ['Reshape', 'Reshape'],
      after: ['Reshape'],
    });
  });

  it('makes none of two that cancel', async () => {
    const graph = handMade([ints([2, 6])], (b, [x]) =>
      x === undefined ? [] : [reshape(b, reshape(b, x, [3, 4]), [2, 6])],
    );
    expect((await rewritten(graph, [reshapeOfReshape])).after).toEqual([]);
  });
});

describe('transposeOfTranspose', () => {
  it.each([
    [[1, 2, 0], [1, 0, 2], ['Transpose']],
    [[1, 2, 0], [2, 0, 1], []],
  ])('makes of %j and %j: %j', async (inner, outer, after) => {
    const graph = handMade([floats([2, 3, 4])], (b, [x]) =>
      x === undefined ? [] : [transpose(b, transpose(b, x, inner), outer)],
    );
    expect(await rewritten(graph, [transposeOfTranspose])).toEqual({
      before: ['Transpose', 'Transpose'],
      after,
    });
  });
});

describe('transposeOfUnits', () => {
  it('leaves only the reshapes where nothing but units moves', async () => {
    const graph = handMade([floats([2, 1, 3])], (b, [x]) =>
      x === undefined ? [] : [transpose(b, x, [1, 0, 2])],
    );
    expect((await rewritten(graph, [reshapeOfReshape, transposeOfUnits])).after).toEqual(['Reshape']);
  });

  it('leaves the transpose of a matrix where two axes move among units', async () => {
    const graph = handMade([floats([2, 1, 3, 1])], (b, [x]) =>
      x === undefined ? [] : [transpose(b, x, [3, 2, 1, 0])],
    );
    const { after } = await rewritten(graph, [transposeOfUnits]);
    expect(after).toEqual(['Reshape', 'Transpose', 'Reshape']);
  });
});

describe('concatOfSplit', () => {
  const pieces = (axis: number, order: readonly number[]) =>
    handMade([floats([4, 4])], (b, [x]) => {
      const parts = x === undefined ? [] : split(b, x, 0, [1, 2, 1]);
      const [first, ...rest] = order.flatMap((position) => parts[position] ?? []);
      return first === undefined ? [] : [concat(b, [first, ...rest], axis)];
    });

  it('is the whole where all pieces come back in order', async () => {
    expect(await rewritten(pieces(0, [0, 1, 2]), [concatOfSplit])).toEqual({
      before: ['Split', 'Concat'],
      after: [],
    });
  });

  it.each([
    ['the order differs', 0, [2, 1, 0]],
    ['a piece is missing', 0, [0, 1]],
    ['the axis differs', 1, [0, 2]],
  ])('stays where %s', async (_, axis, order) => {
    expect((await rewritten(pieces(axis, order), [concatOfSplit])).after).toEqual(['Split', 'Concat']);
  });
});

describe('concatOfConcat', () => {
  const nested = (inner: number, outer: number) =>
    handMade(
      [floats([2, 2], 1), floats([2, 2], 2), floats(inner === 0 ? [4, 2] : [2, 4], 3)],
      (b, [x, y, z]) => {
        if (x === undefined || y === undefined || z === undefined) return [];
        return [concat(b, [concat(b, [x, y], inner), z], outer)];
      },
    );

  it.each([0, 1])('copies once along axis %i', async (axis) => {
    expect(await rewritten(nested(axis, axis), [concatOfConcat])).toEqual({
      before: ['Concat', 'Concat'],
      after: ['Concat'],
    });
  });

  it('stays where the axes differ', async () => {
    expect((await rewritten(nested(0, 1), [concatOfConcat])).after).toEqual(['Concat', 'Concat']);
  });
});

describe('movement rules together', () => {
  const factorised = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 4 });
  const moves = fc.array(
    fc.tuple(fc.boolean(), fc.array(fc.nat({ max: 100 }), { minLength: 6, maxLength: 6 })),
    {
      minLength: 1,
      maxLength: 7,
    },
  );

  it('keep the values of any chain of reshapes and transposes', async () => {
    await fc.assert(
      fc.asyncProperty(factorised, moves, fc.boolean(), async (shape, chain, boolean) => {
        const graph = handMade([boolean ? bools(shape) : floats(shape)], (b, [x]) =>
          x === undefined
            ? []
            : [
                chain.reduce(
                  (value, [turns, choices]) =>
                    turns
                      ? transpose(b, value, permutation(value.shape.length, choices))
                      : reshape(b, value, otherShape(elementCount(value.shape), choices)),
                  x,
                ),
              ],
        );
        const { before, after } = await rewritten(graph, movementRules, 0);
        expect(after.filter((op) => op === 'Transpose').length).toBeLessThanOrEqual(
          before.filter((op) => op === 'Transpose').length,
        );
      }),
      { numRuns: 60, seed: 1 },
    );
  });
});

function permutation(rank: number, choices: readonly number[]): number[] {
  const left = Array.from({ length: rank }, (_, axis) => axis);
  return Array.from({ length: rank }, (_, position) => {
    const [axis = 0] = left.splice((choices[position] ?? 0) % left.length, 1);
    return axis;
  });
}

/** A shape of the same size, by taking chosen divisors off it; ones among them. */
function otherShape(size: number, choices: readonly number[]): number[] {
  let rest = size;
  const shape = choices.slice(0, 3).map((choice) => {
    const divisors = Array.from({ length: rest }, (_, d) => d + 1).filter((d) => rest % d === 0);
    const side = divisors[choice % divisors.length] ?? 1;
    rest /= side;
    return side;
  });
  return [...shape, rest];
}
