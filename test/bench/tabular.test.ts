import { describe, expect, it } from 'vitest';
import { TABULAR_DETECTORS, scoreTable } from '../../bench/tabular.ts';
import { TableError, numericTable } from '../../bench/tabular/numeric-table.ts';
import { permutedMarginals } from '../../models/features/permuted-marginals.ts';
import { cpuEnvironment } from '../models/cpu-environment.ts';
import { chance, normals } from '../models/samples.ts';

/** Six columns that hang together in three ways, on scales of their own. */
function normalRows(count: number, seed: number): number[][] {
  const draw = normals(seed);
  return Array.from({ length: count }, () => {
    const [z, w] = [draw(), draw()];
    return [
      z,
      100 * (z + 0.2 * draw()),
      z * z + 0.2 * draw(),
      0.01 * w,
      -w + 0.2 * draw(),
      1000 + Math.abs(w) + 0.2 * draw(),
    ];
  });
}

/** Each cell from a row of its own: no column shows that anything is wrong. */
function brokenRows(count: number, seed: number): number[][] {
  const draw = chance(seed);
  const rows = normalRows(4 * count, seed + 1);
  return Array.from({ length: count }, () =>
    Array.from({ length: 6 }, (_, column) => rows[Math.floor(draw() * rows.length)]?.[column] ?? NaN),
  );
}

function text(normal: readonly number[][], anomalous: readonly number[][]): string {
  const line = (label: number) => (cells: readonly number[]) => [...cells, label].join(',');
  return ['a,b,c,d,e,f,fraud', ...normal.map(line(0)), ...anomalous.map(line(1))].join('\n');
}

async function aurocs(anomalous: readonly number[][]) {
  const results = await scoreTable({
    table: numericTable(text(normalRows(1200, 1), anomalous), 'fraud'),
    preset: 'tiny',
    detectors: TABULAR_DETECTORS,
    seed: 1,
    environment: await cpuEnvironment(),
    report: () => {},
  });
  expect(results.map(({ scores }) => scores.length)).toEqual([1400, 1400, 1400, 1400]);
  return Object.fromEntries(results.map(({ detector, auroc }) => [detector, auroc ?? NaN]));
}

describe('rows whose columns do not go together', () => {
  it('are found by a contrastive flow better than by a plain one, though no column shows them', async () => {
    const found = await aurocs(brokenRows(200, 2));
    expect(found['mse']).toBeLessThan(0.65);
    expect(found['contrastive-flow']).toBeGreaterThan(0.75);
    expect(found['contrastive-flow']).toBeGreaterThan((found['plain-flow'] ?? NaN) + 0.05);
  }, 240_000);

  it('or go together as ever, but far out, where the ratio finds nothing', async () => {
    const middle = [0, 0, 0, 0, 0, 1000];
    const far = normalRows(200, 3).map((row) =>
      row.map((value, column) => (middle[column] ?? 0) + 5 * (value - (middle[column] ?? 0))),
    );
    const found = await aurocs(far);
    expect(found['contrastive-flow']).toBeGreaterThan(0.95);
    expect(found['contrastive-flow']).toBeGreaterThan((found['flow-ratio'] ?? NaN) + 0.1);
  }, 240_000);

  it('need rows enough to fit to', async () => {
    const table = numericTable(text(normalRows(12, 1), []), 'fraud');
    const result = scoreTable({
      table,
      preset: 'tiny',
      detectors: ['plain-flow'],
      seed: 1,
      environment: await cpuEnvironment(),
      report: () => {},
    });
    await expect(result).rejects.toThrow(/6 normal rows/);
  });
});

describe('permuted marginals', () => {
  it("hold each column's values in another order", () => {
    const values = Float32Array.from({ length: 300 }, (_, at) => at);
    const permuted = permutedMarginals({ values, count: 100, dimensions: 3 }, 1);
    for (const column of [0, 1, 2]) {
      const of = (all: Float32Array) => Array.from(all).filter((_, at) => at % 3 === column);
      expect(of(permuted.values).toSorted((a, b) => a - b)).toEqual(of(values));
      expect(of(permuted.values)).not.toEqual(of(values));
    }
    const first = Array.from(permuted.values.slice(0, 3), (value) => Math.floor(value / 3));
    expect(new Set(first).size).toBeGreaterThan(1);
  });
});

describe('a table of numbers', () => {
  it('is read with its labels apart', () => {
    const { columns, rows, anomalous } = numericTable('"x", y,label\r\n1,2.5,0\r\n-3e2,4,1\n\n', 'label');
    expect(columns).toEqual(['x', 'y']);
    expect(Array.from(rows.values)).toEqual([1, 2.5, -300, 4]);
    expect(anomalous).toEqual([false, true]);
  });

  it.each([
    ['', null, /empty/],
    ['a,b', null, /empty/],
    ['a,b\n1,2', 'c', /no column "c".*a, b/],
    ['a,b\n1,2\n3', null, /Line 3 has 1 cells/],
    ['a,b\n1,x', null, /Line 2, column "b": "x" is no number/],
    ['a,b\n1,', null, /Line 2, column "b"/],
    ['a,b\n1,NaN', null, /is no number/],
  ])('says what is wrong with %j', (content, label, message) => {
    expect(() => numericTable(content, label)).toThrow(TableError);
    expect(() => numericTable(content, label)).toThrow(message);
  });
});
