import { type ComputedRef, type Ref, computed, shallowRef, watch } from 'vue';
import type { RankRow } from '../../../preload/contract.ts';
import type { Ranking } from './use-ranking.ts';

/** What shows the list: RankScroller.vue. */
export interface RankList {
  /** How many places a line has. */
  readonly columns: number;
  /** Scrolls as little as it takes to see the place. */
  reveal(index: number): void;
  isVisible(index: number): boolean;
  /** The first place that is wholly on screen. */
  firstVisible(): number;
  /** How many places fit on screen. */
  pageLength(): number;
  /** Scrolls on by so many places, so that what moved in the list stays where it is on screen. */
  follow(places: number): void;
  /** For the keys: whoever clicks a filter goes on in the list. */
  focus(): void;
}

export interface Cursor {
  /** Its place in the list; null where there is none yet. */
  readonly index: ComputedRef<number | null>;
  /** The case under it; null until it is read. */
  readonly row: ComputedRef<RankRow | null>;
  /** Files, the one under the cursor among them. */
  readonly selected: Readonly<Ref<ReadonlySet<number>>>;
  moveTo(index: number): void;
  /** Selects everything from where the selection began. */
  extendTo(index: number): Promise<void>;
  toggle(index: number, row: RankRow): void;
  selectAll(): Promise<void>;
  /** Leaves only the case under the cursor selected. */
  selectOne(): void;
  /** Goes to a file, or to the top where it is not in the list. */
  locate(fileId: number | null): Promise<void>;
  /** The list is about to change: keeps the case under the cursor, and what is on screen, where it is. */
  hold(): Promise<void>;
}

/**
 * The case that the keys act on, and those selected with it. It is held by its file, so that it stays the same while the list
 * fills; where a filter takes it away, the next case comes under the cursor.
 * @param most how many may be selected
 */
export function useCursor(ranking: Ranking, scroller: () => RankList | null, most: number): Cursor {
  const fileId = shallowRef<number | null>(null);
  const lastIndex = shallowRef<number | null>(null);
  const lastRow = shallowRef<RankRow | null>(null);
  const selected = shallowRef<ReadonlySet<number>>(new Set());
  let anchor = 0;
  let gone: number | null = null;

  const index = computed(() => {
    const held = fileId.value === null ? null : ranking.indexOf(fileId.value);
    return held ?? lastIndex.value;
  });
  const row = computed(() => {
    const at = fileId.value === null ? null : ranking.indexOf(fileId.value);
    if (at !== null) return ranking.at(at);
    return lastRow.value?.fileId === fileId.value ? lastRow.value : null;
  });
  watch(row, (now) => {
    if (now === null) return;
    lastRow.value = now;
    lastIndex.value = index.value;
  });

  const take = (found: RankRow): void => {
    fileId.value = found.fileId;
    lastRow.value = found;
    selected.value = new Set([found.fileId]);
  };
  const clamp = (wanted: number): number => Math.max(0, Math.min(wanted, (ranking.total.value ?? 1) - 1));
  const place = (wanted: number): void => {
    const to = clamp(wanted);
    gone = null;
    fileId.value = null;
    lastIndex.value = to;
    const found = ranking.at(to);
    if (found !== null) take(found);
    scroller()?.reveal(to);
  };
  // The page of a far place comes later, and the row under the cursor with it.
  watch(
    () => (fileId.value === null && lastIndex.value !== null ? ranking.at(lastIndex.value) : null),
    (found) => {
      if (found !== null && found.fileId !== gone) take(found);
    },
  );
  watch(ranking.total, (total) => {
    if (total !== null && total > 0 && lastIndex.value !== null && lastIndex.value >= total) place(total - 1);
  });

  const extendTo = async (wanted: number): Promise<void> => {
    const to = clamp(wanted);
    const [first, last] = [Math.min(anchor, to), Math.max(anchor, to)];
    const start = anchor;
    place(to);
    anchor = start;
    selected.value = new Set(await ranking.fileIds(first, last, most));
  };

  return {
    index,
    row,
    selected,
    moveTo: (wanted) => {
      anchor = clamp(wanted);
      place(wanted);
    },
    extendTo,
    toggle: (at, found) => {
      const others = new Set(selected.value);
      anchor = at;
      if (others.has(found.fileId) && others.size > 1) {
        others.delete(found.fileId);
        selected.value = others;
        return;
      }
      place(at);
      selected.value = others.add(found.fileId);
    },
    selectAll: async () => {
      const total = ranking.total.value ?? 0;
      if (total > 0) selected.value = new Set(await ranking.fileIds(0, total - 1, most));
    },
    selectOne: () => {
      if (fileId.value !== null) selected.value = new Set([fileId.value]);
    },
    locate: async (wanted) => {
      const at = wanted === null ? null : await ranking.position(wanted);
      anchor = at ?? 0;
      place(anchor);
    },
    hold: async () => {
      const held = fileId.value;
      const from = index.value;
      const view = scroller();
      if (held !== null && from !== null) {
        const to = await ranking.position(held);
        if (held !== fileId.value) return;
        if (to === null) {
          gone = held;
          fileId.value = null;
          lastIndex.value = from;
        } else {
          anchor += to - from;
          lastIndex.value = to;
          if (view?.isVisible(from) === true) {
            view.follow(to - from);
            return;
          }
        }
      }
      const first = view?.firstVisible() ?? 0;
      const still = first === 0 ? null : ranking.at(first);
      if (still === null) return;
      const to = await ranking.position(still.fileId);
      if (to !== null) view?.follow(to - first);
    },
  };
}
