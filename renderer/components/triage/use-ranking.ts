import { type ComputedRef, computed, onScopeDispose, shallowRef, watch } from 'vue';
import type { Change, RankQuery, RankRow } from '../../../preload/contract.ts';
import { api } from '../../api.ts';
import { onChange } from '../../changes.ts';
import { RankWindow } from './rank-window.ts';

/** A list that fills while it is looked at is read again at most this often. */
const REFRESH_EVERY_MS = 700;
const TOPICS: readonly Change['topic'][] = ['decisions', 'scores', 'thresholds'];

export interface Ranking {
  /** Null until the first page came. */
  readonly total: ComputedRef<number | null>;
  readonly failure: ComputedRef<unknown>;
  /** Reactive: null where the row is not there yet. */
  at(index: number): RankRow | null;
  /** Reactive: where a case is, as far as its page is held. */
  indexOf(fileId: number): number | null;
  /** Both ends included. */
  show(first: number, last: number): void;
  patch(change: (row: RankRow) => RankRow): void;
  refresh(): void;
  /** The cases from one place to another, both included; `most` at the most. */
  fileIds(first: number, last: number, most: number): Promise<number[]>;
  /** Asks the program where a case is now; null where the filter hides it. */
  position(fileId: number): Promise<number | null>;
}

/**
 * The ranked list as the window shows it: follows the query and what changes on the machine.
 * @param moved called before the list is read again because it changed: rows may stand elsewhere now
 */
export function useRanking(query: () => RankQuery, moved: () => Promise<void>): Ranking {
  const version = shallowRef(0);
  const rows = new RankWindow<RankRow>(
    (offset, limit, signal) => api.triage.rows({ ...query(), offset, limit }, { signal }),
    () => (version.value += 1),
  );
  const seen = () => version.value;
  let range = { first: 0, last: 0 };
  const show = (first: number, last: number): void => {
    range = { first, last };
    rows.show(first, last);
  };

  watch(
    () => JSON.stringify(query()),
    () => {
      rows.clear();
      rows.show(range.first, range.last);
    },
  );

  let timer: ReturnType<typeof setTimeout> | undefined;
  let earliest = 0;
  const refreshSoon = (): void => {
    if (timer !== undefined) return;
    timer = setTimeout(
      () => {
        timer = undefined;
        earliest = performance.now() + REFRESH_EVERY_MS;
        void moved().finally(() => rows.refresh());
      },
      Math.max(0, earliest - performance.now()),
    );
  };
  onScopeDispose(onChange(TOPICS, refreshSoon));
  onScopeDispose(() => clearTimeout(timer));

  const places = computed(() => {
    seen();
    return new Map(rows.held().map(({ index, row }) => [row.fileId, index]));
  });

  return {
    total: computed(() => {
      seen();
      return rows.total;
    }),
    failure: computed(() => {
      seen();
      return rows.failure;
    }),
    at: (index) => {
      seen();
      return rows.at(index);
    },
    indexOf: (fileId) => places.value.get(fileId) ?? null,
    show,
    patch: (change) => rows.patch(change),
    refresh: () => rows.refresh(),
    fileIds: async (first, last, most) => {
      const found: number[] = [];
      const end = Math.min(last, first + most - 1);
      for (let offset = first; offset <= end; offset += 500) {
        const limit = Math.min(500, end - offset + 1);
        const page = await api.triage.rows({ ...query(), offset, limit });
        found.push(...page.rows.map(({ fileId }) => fileId));
        if (page.rows.length < limit) break;
      }
      return found;
    },
    position: async (fileId) => (await api.triage.position({ ...query(), fileId })).index,
  };
}
