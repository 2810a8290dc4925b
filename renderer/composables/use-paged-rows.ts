import { type Ref, onScopeDispose, ref, shallowRef, watchEffect } from 'vue';
import type { Change } from '../../preload/contract.ts';
import { onChange } from '../changes.ts';

export interface Page<Row> {
  readonly total: number;
  readonly rows: readonly Row[];
}

export interface PagedRows<Row> {
  /** Null until the first answer. */
  readonly total: Readonly<Ref<number | null>>;
  readonly error: Readonly<Ref<unknown>>;
  readonly loading: Readonly<Ref<boolean>>;
  /** Undefined while its page is not here. */
  readonly at: (index: number) => Row | undefined;
  /** Reads the pages of the rows that are to be seen, from `first` to `last`. */
  readonly ensure: (first: number, last: number) => void;
  readonly reload: () => void;
}

/**
 * A list too long to read at once, page by page as it is scrolled through. Starts anew when what `load` reads reactively
 * before its first await changes, or one of the topics does; the old rows stay until the new ones are here.
 */
export function usePagedRows<Row>(
  load: (offset: number, limit: number) => Promise<Page<Row>>,
  topics: readonly Change['topic'][] = [],
  pageSize = 200,
): PagedRows<Row> {
  const total = ref<number | null>(null);
  const error = shallowRef<unknown>(null);
  const loading = ref(true);
  const pages = shallowRef<ReadonlyMap<number, readonly Row[]>>(new Map());
  const asked = new Set<number>();
  let generation = 0;
  let seen = { first: 0, last: 0 };

  const take = async (reading: Promise<Page<Row>>, page: number, fresh: boolean): Promise<void> => {
    const mine = generation;
    try {
      const answer = await reading;
      if (mine !== generation) return;
      pages.value = new Map(fresh ? [] : pages.value).set(page, answer.rows);
      total.value = answer.total;
      error.value = null;
    } catch (failure) {
      if (mine !== generation) return;
      asked.delete(page);
      error.value = failure;
    }
    loading.value = false;
    if (fresh && error.value === null) ensure(seen.first, seen.last);
  };

  const ensure = (first: number, last: number): void => {
    seen = { first, last };
    for (let page = Math.floor(first / pageSize); page <= Math.floor(last / pageSize); page += 1) {
      if (asked.has(page)) continue;
      asked.add(page);
      void take(load(page * pageSize, pageSize), page, false);
    }
  };

  const reload = (): void => {
    generation += 1;
    asked.clear();
    asked.add(0);
    loading.value = true;
    void take(load(0, pageSize), 0, true);
  };

  watchEffect(reload);
  if (topics.length > 0) onScopeDispose(onChange(topics, reload));
  onScopeDispose(() => (generation = -1));
  const at = (index: number): Row | undefined =>
    pages.value.get(Math.floor(index / pageSize))?.[index % pageSize];
  return { total, error, loading, at, ensure, reload };
}
