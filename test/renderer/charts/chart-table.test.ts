import { describe, expect, it } from 'vitest';
import { curveTable, histogramTable } from '../../../renderer/components/charts/chart-table.ts';

const text = { x: String, y: (y: number) => y.toFixed(2) };

describe('the table of a chart', () => {
  it('joins curves that were taken at different steps', () => {
    const table = curveTable(
      [
        {
          name: 'training',
          points: [
            { x: 1, y: 5 },
            { x: 2, y: 4 },
          ],
        },
        { name: 'held out', points: [{ x: 2, y: 4.5 }] },
      ],
      'Step',
      text,
    );
    expect(table).toEqual({
      head: ['Step', 'training', 'held out'],
      rows: [
        ['1', '5.00', ''],
        ['2', '4.00', '4.50'],
      ],
    });
  });

  it('stays short however long the curves are', () => {
    const points = Array.from({ length: 5000 }, (_, x) => ({ x, y: x % 7 }));
    expect(curveTable([{ name: 'a', points }], 'Step', text).rows.length).toBeLessThanOrEqual(40);
  });

  it('leaves out bins that hold nothing', () => {
    const table = histogramTable(
      [0, 1, 2, 3],
      [
        { name: 'normals', counts: [4, 0, 0] },
        { name: 'screening', counts: [0, 0, 2] },
      ],
      String,
    );
    expect(table.rows).toEqual([
      ['0 to 1', '4', '0'],
      ['2 to 3', '0', '2'],
    ]);
  });
});
