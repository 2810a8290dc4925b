/** Values and slopes of a loss of one number, from the compiled program and from float64. */
import * as a from '../../../models/array.ts';
import { compileAndRun } from '../evaluate.ts';
import { sample } from '../samples.ts';

/** @param loss `[B] → [B]`, each from its own input alone */
export async function valuesAndSlopes(
  loss: (x: a.Tensor) => a.Tensor,
  points: readonly number[],
): Promise<{ values: number[]; slopes: number[] }> {
  const { values, slopes } = await compileAndRun(
    ({ x }) => {
      if (x === undefined) throw new RangeError('no input');
      const { extra, gradients } = a.valueAndGradient(
        ([moving = x]) => {
          const each = loss(moving);
          return [a.sum(each), [each]];
        },
        [x],
      );
      return { values: a.add(extra[0] ?? x, 0), slopes: gradients[0] ?? x };
    },
    { x: sample(points, [points.length]) },
    'portable',
  );
  return { values: Array.from(values?.data ?? []), slopes: Array.from(slopes?.data ?? []) };
}

export function centralDifferences(f: (x: number) => number, points: readonly number[]): number[] {
  return points.map((x) => {
    const step = 1e-5 * Math.max(Math.abs(x), 1e-3);
    return (f(x + step) - f(x - step)) / (2 * step);
  });
}
