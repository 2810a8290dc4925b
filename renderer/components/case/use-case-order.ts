import { type ComputedRef, computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { RankQuery } from '../../../preload/contract.ts';
import { api } from '../../api.ts';
import { type Order, isNearEdge, neighbour, placeIn, readOrder } from './case-order.ts';

const source = {
  position: async (query: RankQuery, fileId: number) =>
    (await api.triage.position({ ...query, fileId })).index,
  files: async (query: RankQuery, offset: number, limit: number) => {
    const { total, rows } = await api.triage.rows({ ...query, offset, limit });
    return { total, fileIds: rows.map((row) => row.fileId) };
  },
};

export interface CaseOrder {
  /** "12 of 340" of the list that the user came from; null until it is known. */
  readonly place: ComputedRef<{ readonly at: number; readonly of: number } | null>;
  /** The case so many places on; null at the ends. */
  neighbour(step: number): number | null;
}

/** The cases before and after one, in the order of the list that the user came from. */
export function useCaseOrder(
  query: () => RankQuery,
  fileId: () => number,
  failed: (error: unknown) => void,
): CaseOrder {
  const order = shallowRef<Order | null>(null);
  let latest = 0;
  const read = async (wanted: number): Promise<void> => {
    latest += 1;
    const mine = latest;
    try {
      const found = await readOrder(source, query(), wanted, order.value);
      if (mine === latest) order.value = found;
    } catch (error) {
      if (mine === latest) failed(error);
    }
  };
  watch(
    fileId,
    (now) => {
      if (order.value === null || isNearEdge(order.value, now)) void read(now);
    },
    { immediate: true },
  );
  onScopeDispose(() => (latest = -1));
  return {
    place: computed(() => {
      if (order.value === null) return null;
      const at = placeIn(order.value, fileId());
      return at < 0 ? null : { at: order.value.start + at + 1, of: order.value.total };
    }),
    neighbour: (step) => (order.value === null ? null : neighbour(order.value, fileId(), step)),
  };
}
