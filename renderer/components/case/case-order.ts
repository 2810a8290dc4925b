import type { RankQuery } from '../../../preload/contract.ts';

/** Asks the program about the ranked list. */
export interface OrderSource {
  position(query: RankQuery, fileId: number): Promise<number | null>;
  files(
    query: RankQuery,
    offset: number,
    limit: number,
  ): Promise<{ total: number; fileIds: readonly number[] }>;
}

export interface Order {
  /** Of the list, the part around the case. */
  readonly fileIds: readonly number[];
  /** The place of the first of them in the list. */
  readonly start: number;
  readonly total: number;
}

const AROUND = 20;
const MARGIN = 4;

/** Where a case stands among those around it: -1 where it does not. */
export function placeIn({ fileIds }: Order, fileId: number): number {
  return fileIds.indexOf(fileId);
}

export function neighbour(order: Order, fileId: number, step: number): number | null {
  const at = placeIn(order, fileId);
  return at < 0 ? null : (order.fileIds[at + step] ?? null);
}

/** Whether more of the list is needed to go on from a case. */
export function isNearEdge(order: Order, fileId: number): boolean {
  const at = placeIn(order, fileId);
  if (at < 0) return true;
  const missesBefore = at < MARGIN && order.start > 0;
  const missesAfter = at >= order.fileIds.length - MARGIN && order.start + order.fileIds.length < order.total;
  return missesBefore || missesAfter;
}

/**
 * Reads the part of the list around a case. A case that the filter hides by now, as it was just decided, keeps its place: it
 * stands before the one that moved up into it.
 * @param before what was known before this
 */
export async function readOrder(
  source: OrderSource,
  query: RankQuery,
  fileId: number,
  before: Order | null,
): Promise<Order> {
  const found = await source.position(query, fileId);
  const known = before === null ? -1 : placeIn(before, fileId);
  const index = found ?? (before === null || known < 0 ? 0 : before.start + known);
  const start = Math.max(0, index - AROUND);
  const { total, fileIds } = await source.files(query, start, index - start + 1 + AROUND);
  if (found !== null) return { fileIds, start, total };
  const gone = before === null || known < 0 ? [] : before.fileIds.slice(0, known);
  const rest = fileIds.filter((other) => !gone.includes(other));
  return { fileIds: [...gone, fileId, ...rest], start, total };
}
