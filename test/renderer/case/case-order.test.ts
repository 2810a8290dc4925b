import { describe, expect, it } from 'vitest';
import type { RankQuery } from '../../../preload/contract.ts';
import {
  type OrderSource,
  isNearEdge,
  neighbour,
  placeIn,
  readOrder,
} from '../../../renderer/components/case/case-order.ts';

const query: RankQuery = {
  runId: 1,
  score: null,
  filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
  sort: { by: 'score', descending: true },
};

/** A list of files as it is now. */
function listOf(fileIds: number[]): OrderSource {
  return {
    position: (_, fileId) => {
      const at = fileIds.indexOf(fileId);
      return Promise.resolve(at < 0 ? null : at);
    },
    files: (_, offset, limit) =>
      Promise.resolve({ total: fileIds.length, fileIds: fileIds.slice(offset, offset + limit) }),
  };
}

const hundred = Array.from({ length: 100 }, (_, index) => 1000 + index);

describe('the cases around a case', () => {
  it('are those before and after it in the list', async () => {
    const order = await readOrder(listOf(hundred), query, 1050, null);
    expect(order.total).toBe(100);
    expect(order.start + placeIn(order, 1050)).toBe(50);
    expect([neighbour(order, 1050, -1), neighbour(order, 1050, 1), neighbour(order, 1050, 2)]).toEqual([
      1049, 1051, 1052,
    ]);
    expect(isNearEdge(order, 1050)).toBe(false);
  });

  it('end where the list ends', async () => {
    const order = await readOrder(listOf(hundred), query, 1099, null);
    expect(neighbour(order, 1099, 1)).toBeNull();
    expect(isNearEdge(order, 1099)).toBe(false);
    const first = await readOrder(listOf(hundred), query, 1000, null);
    expect([neighbour(first, 1000, -1), first.start]).toEqual([null, 0]);
  });

  it('are read again before they run out', async () => {
    const order = await readOrder(listOf(hundred), query, 1050, null);
    const last = order.fileIds.at(-1) ?? NaN;
    expect(isNearEdge(order, last)).toBe(true);
    expect(isNearEdge(order, 5)).toBe(true);
  });

  it('stay in place when a decision takes the case out of the filter', async () => {
    const before = await readOrder(listOf(hundred), query, 1050, null);
    const without = hundred.filter((fileId) => fileId !== 1050);
    const after = await readOrder(listOf(without), query, 1050, before);
    expect([neighbour(after, 1050, -1), neighbour(after, 1050, 1)]).toEqual([1049, 1051]);
    expect(after.total).toBe(99);
  });

  it('begin at the top for a case that was never in the list', async () => {
    const order = await readOrder(listOf(hundred), query, 7, null);
    expect([placeIn(order, 7), neighbour(order, 7, 1)]).toEqual([0, 1000]);
  });

  it('of an empty list are none', async () => {
    const order = await readOrder(listOf([]), query, 7, null);
    expect([neighbour(order, 7, 1), neighbour(order, 7, -1)]).toEqual([null, null]);
  });
});
