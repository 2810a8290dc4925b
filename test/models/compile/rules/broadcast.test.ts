import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broadcastRules,
  elementwiseOfExpand,
  reshapeOfExpand,
  transposeOfExpand,
} from '../../../../models/compile/rules/broadcast.ts';
import { cast, elementwise, expand, reshape, transpose, where } from '../../../../models/compile/ops.ts';
import { bools, floats } from '../../samples.ts';
import { handMade, opsOf, rewritten } from '../graphs.ts';

describe('transposeOfExpand', () => {
  it('transposes what is copied, not the copies', async () => {
    const graph = handMade([floats([3, 1, 4])], (b, [x]) =>
      x === undefined ? [] : [transpose(b, expand(b, x, [2, 3, 5, 4]), [3, 2, 0, 1])],
    );
    expect(opsOf(graph.graph)).toEqual(['Expand', 'Transpose']);
    expect((await rewritten(graph, [transposeOfExpand])).after).toEqual(['Reshape', 'Transpose', 'Expand']);
  });
});

describe('reshapeOfExpand', () => {
  const reshaped = (from: number[], to: number[], then: number[]) =>
    handMade([floats(from)], (b, [x]) => (x === undefined ? [] : [reshape(b, expand(b, x, to), then)]));

  it.each([
    ['splits an axis that is not repeated', [1, 6], [4, 6], [4, 2, 3]],
    ['splits an axis that is repeated', [1, 6], [4, 6], [2, 2, 6]],
    ['merges repeated axes', [1, 1, 5], [2, 3, 5], [6, 5]],
    ['merges axes that are not repeated', [1, 2, 3], [4, 2, 3], [4, 6]],
    ['adds and drops units', [3, 1], [3, 4], [1, 3, 1, 4]],
    ['of a scalar', [], [2, 3], [6]],
    ['trailing units', [1, 1], [4, 1], [4]],
  ])('copies last: %s', async (_, from, to, then) => {
    const { after } = await rewritten(reshaped(from, to, then), [reshapeOfExpand]);
    expect(after.at(-1)).toBe('Expand');
  });

  it.each([
    ['a repeated axis with one before it', [2, 1], [2, 3], [6]],
    ['a repeated axis with one after it', [1, 3], [2, 3], [6]],
    ['the same, regrouped', [1, 4], [2, 4], [4, 2]],
  ])('stays where a reshape merges %s', async (_, from, to, then) => {
    expect((await rewritten(reshaped(from, to, then), [reshapeOfExpand])).after).toEqual([
      'Expand',
      'Reshape',
    ]);
  });

  it('keeps the values of any reshape of any copy', async () => {
    const sides = fc.array(fc.tuple(fc.integer({ min: 1, max: 4 }), fc.boolean()), {
      minLength: 1,
      maxLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(
        sides,
        fc.array(fc.nat({ max: 50 }), { minLength: 3, maxLength: 3 }),
        async (axes, choices) => {
          const to = axes.map(([side]) => side);
          const from = axes.map(([side, repeats]) => (repeats ? 1 : side));
          let rest = to.reduce((product, side) => product * side, 1);
          const then = choices.map((choice) => {
            const divisors = Array.from({ length: rest }, (_, d) => d + 1).filter((d) => rest % d === 0);
            const side = divisors[choice % divisors.length] ?? 1;
            rest /= side;
            return side;
          });
          await rewritten(reshaped(from, to, [...then, rest]), broadcastRules, 0);
        },
      ),
      { numRuns: 80, seed: 2 },
    );
  });
});

describe('elementwiseOfExpand', () => {
  it('reads the originals where an operand has the full size', async () => {
    const graph = handMade([floats([3], 1), floats([2, 3], 2)], (b, [x, y]) =>
      x === undefined || y === undefined ? [] : [elementwise(b, 'Mul', [expand(b, x, [2, 3]), y])],
    );
    expect(await rewritten(graph, [elementwiseOfExpand])).toEqual({
      before: ['Expand', 'Mul'],
      after: ['Reshape', 'Mul'],
    });
  });

  it('copies the result where every operand was a copy', async () => {
    const graph = handMade([floats([2, 1], 1), floats([3], 2)], (b, [x, y]) =>
      x === undefined || y === undefined
        ? []
        : [elementwise(b, 'Sub', [expand(b, x, [4, 2, 3]), expand(b, y, [4, 2, 3])])],
    );
    expect((await rewritten(graph, [elementwiseOfExpand])).after.at(-1)).toBe('Expand');
  });

  it('keeps conditions, casts and attributes', async () => {
    const graph = handMade([bools([3, 1]), floats([4], 2), floats([], 3)], (b, [c, x, y]) => {
      if (c === undefined || x === undefined || y === undefined) return [];
      const whole = [3, 4];
      const chosen = where(b, expand(b, c, whole), expand(b, x, whole), expand(b, y, whole));
      const numbers = cast(b, expand(b, c, whole), 'float32');
      const rest = b.node('Mod', [expand(b, x, whole), b.scalar(0.75)], whole, 'float32', { fmod: 1 });
      return [chosen, numbers, rest];
    });
    const { before, after } = await rewritten(graph, [elementwiseOfExpand]);
    expect(before.indexOf('Expand')).toBeLessThan(before.indexOf('Where'));
    expect(after.indexOf('Where')).toBeLessThan(
      after.indexOf('Expand') === -1 ? 99 : after.indexOf('Expand'),
    );
  });
});
