import { describe, expect, it } from 'vitest';
import * as a from '../../../models/array.ts';
import type { NamedTensors } from '../../../models/compile/trace.ts';
import { infoNce, infoNceWithin, unitRows } from '../../../models/losses/info-nce.ts';
import { TARGETS, compileAndRun, expectClose } from '../evaluate.ts';
import { floats, sample } from '../samples.ts';

const get = (tensors: NamedTensors, name: string): a.Tensor => {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no ${name}`);
  return tensor;
};

/** In float64, of rows that need not have length 1. */
function reference(queries: number[][], keys: number[][], queue: number[][], temperature: number): number[] {
  const dot = (x: number[], y: number[]) => x.reduce((sum, value, at) => sum + value * (y[at] ?? 0), 0);
  return queries.map((query, row) => {
    const own = dot(query, keys[row] ?? []) / temperature;
    const others = queue.map((key) => dot(query, key) / temperature);
    return Math.log([own, ...others].reduce((sum, logit) => sum + Math.exp(logit), 0)) - own;
  });
}

const rows = (values: ArrayLike<number>, width: number): number[][] =>
  Array.from({ length: values.length / width }, (_, row) =>
    Array.from({ length: width }, (__, at) => values[row * width + at] ?? Number.NaN),
  );

describe.each(TARGETS)('InfoNCE compiled as %s', (target) => {
  it('has the value that is worked out by hand', async () => {
    const inputs = {
      queries: sample([1, 0, 0, -1], [2, 2]),
      keys: sample([0.6, 0.8, 0, -1], [2, 2]),
      queue: sample([0, 1, -1, 0], [2, 2]),
    };
    const { loss } = await compileAndRun(
      (tensors) => ({
        loss: infoNce(get(tensors, 'queries'), get(tensors, 'keys'), get(tensors, 'queue'), 0.5),
      }),
      inputs,
      target,
    );
    const first = Math.log(Math.exp(1.2) + 1 + Math.exp(-2)) - 1.2;
    const second = Math.log(Math.exp(2) + Math.exp(-2) + 1) - 2;
    expectClose(loss?.data ?? [], [first, second], 1e-6);
  });

  it('has the gradient of its formula in the queries, and none in keys and queue', async () => {
    const inputs = {
      queries: floats([3, 4], 1, -1, 1),
      keys: floats([3, 4], 2, -1, 1),
      queue: floats([5, 4], 3, -1, 1),
    };
    const temperature = 0.2;
    const results = await compileAndRun(
      (tensors) => {
        const names = ['queries', 'keys', 'queue'] as const;
        const { value, gradients } = a.valueAndGradient(
          ([queries, keys, queue]) => [
            a.sum(
              infoNce(
                queries ?? get(tensors, 'queries'),
                keys ?? get(tensors, 'keys'),
                queue ?? get(tensors, 'queue'),
                temperature,
              ),
            ),
            [],
          ],
          names.map((name) => get(tensors, name)),
        );
        const [dQueries = value, dKeys = value, dQueue = value] = gradients;
        return { value, dQueries, dKeys, dQueue };
      },
      inputs,
      target,
    );
    const total = (queries: ArrayLike<number>) =>
      reference(rows(queries, 4), rows(inputs.keys.data, 4), rows(inputs.queue.data, 4), temperature).reduce(
        (sum, value) => sum + value,
        0,
      );
    expectClose(results['value']?.data ?? [], [total(inputs.queries.data)], 1e-5);
    const at = Array.from(inputs.queries.data);
    const slopes = at.map((_, index) => {
      const moved = (by: number) => total(at.map((value, position) => value + (position === index ? by : 0)));
      return (moved(1e-5) - moved(-1e-5)) / 2e-5;
    });
    expectClose(results['dQueries']?.data ?? [], slopes, 1e-4);
    for (const name of ['dKeys', 'dQueue']) {
      expect(Array.from(results[name]?.data ?? [1]).every((value) => value === 0)).toBe(true);
    }
  });

  it('does not overflow at a low temperature', async () => {
    const { loss } = await compileAndRun(
      (tensors) => ({ loss: infoNce(get(tensors, 'x'), get(tensors, 'x'), get(tensors, 'y'), 1e-3) }),
      { x: sample([1, 0], [1, 2]), y: sample([0.9, 0.1], [1, 2]) },
      target,
    );
    expectClose(loss?.data ?? [], [0], 1e-6);
  });

  it('tells a row from the others where there is no queue', async () => {
    const inputs = { queries: floats([4, 3], 5, -1, 1), keys: floats([4, 3], 6, -1, 1) };
    const { loss } = await compileAndRun(
      (tensors) => ({ loss: infoNceWithin(get(tensors, 'queries'), get(tensors, 'keys'), 0.3) }),
      inputs,
      target,
    );
    const [queries, keys] = [rows(inputs.queries.data, 3), rows(inputs.keys.data, 3)];
    const expected = queries.flatMap((query, row) =>
      reference(
        [query],
        [keys[row] ?? []],
        keys.filter((_, other) => other !== row),
        0.3,
      ),
    );
    expectClose(loss?.data ?? [], expected, 1e-5);
  });
});

describe('unit rows', () => {
  it('have length 1, and stay finite where a row is zero', async () => {
    const { y } = await compileAndRun(
      ({ x }) => ({ y: unitRows(x ?? a.zeros([2, 2])) }),
      { x: sample([3, -4, 0, 0], [2, 2]) },
      'portable',
    );
    expectClose(y?.data ?? [], [0.6, -0.8, 0, 0], 1e-6);
  });
});
