import { afterEach, describe, expect, it } from 'vitest';
import { type EffectScope, computed, effectScope, nextTick, shallowRef } from 'vue';
import type { RankRow } from '../../../preload/contract.ts';
import { type RankList, useCursor } from '../../../renderer/components/triage/use-cursor.ts';
import type { Ranking } from '../../../renderer/components/triage/use-ranking.ts';

const rowOf = (fileId: number, index: number): RankRow => ({
  fileId,
  rank: index + 1,
  relativePath: `${fileId}.png`,
  frame: 0,
  plane: null,
  frames: 1,
  label: null,
  value: -index,
  tail: null,
  aboveThreshold: null,
  verdict: null,
  note: null,
});

/** A list held whole; `files` is what the program has, `shown` what the window has read of it. */
function setUp(files: number[]) {
  const shown = shallowRef<readonly number[]>(files);
  let now: readonly number[] = files;
  const scrolled: string[] = [];
  const ranking: Ranking = {
    total: computed(() => shown.value.length),
    failure: computed(() => null),
    at: (index) => {
      const fileId = shown.value[index];
      return fileId === undefined ? null : rowOf(fileId, index);
    },
    indexOf: (fileId) => {
      const at = shown.value.indexOf(fileId);
      return at < 0 ? null : at;
    },
    show: () => undefined,
    patch: () => undefined,
    refresh: () => undefined,
    fileIds: (first, last, most) => Promise.resolve(now.slice(first, Math.min(last + 1, first + most))),
    position: (fileId) => Promise.resolve(now.includes(fileId) ? now.indexOf(fileId) : null),
  };
  const list: RankList = {
    columns: 1,
    reveal: (index) => scrolled.push(`reveal ${index}`),
    isVisible: () => true,
    firstVisible: () => 0,
    pageLength: () => 10,
    follow: (places) => scrolled.push(`follow ${places}`),
    focus: () => undefined,
  };
  const scope = effectScope();
  scopes.push(scope);
  const cursor = scope.run(() => useCursor(ranking, () => list, 5000));
  if (cursor === undefined) throw new Error('no cursor');
  /** The list changes: what useRanking does then. */
  const change = async (files: readonly number[]) => {
    now = files;
    await cursor.hold();
    shown.value = files;
    await nextTick();
  };
  return { cursor, change, scrolled };
}

const scopes: EffectScope[] = [];
afterEach(() => {
  for (const scope of scopes.splice(0)) scope.stop();
});

describe('the cursor of the ranked list', () => {
  it('moves within the list and selects what is under it', async () => {
    const { cursor, scrolled } = setUp([10, 11, 12]);
    await cursor.locate(null);
    expect([cursor.index.value, cursor.row.value?.fileId]).toEqual([0, 10]);
    cursor.moveTo(99);
    expect([cursor.index.value, cursor.row.value?.fileId]).toEqual([2, 12]);
    expect([...cursor.selected.value]).toEqual([12]);
    cursor.moveTo(-5);
    expect(cursor.row.value?.fileId).toBe(10);
    expect(scrolled).toEqual(['reveal 0', 'reveal 2', 'reveal 0']);
  });

  it('finds the case of the last time, wherever it stands now', async () => {
    const { cursor } = setUp([10, 11, 12]);
    await cursor.locate(12);
    expect(cursor.index.value).toBe(2);
    await cursor.locate(99);
    expect(cursor.index.value).toBe(0);
  });

  it('stays on its case while worse ones come in above it, and so does the screen', async () => {
    const { cursor, change, scrolled } = setUp([10, 11, 12]);
    cursor.moveTo(1);
    await change([7, 8, 10, 9, 11, 12]);
    expect([cursor.index.value, cursor.row.value?.fileId]).toEqual([4, 11]);
    expect([...cursor.selected.value]).toEqual([11]);
    expect(scrolled.at(-1)).toBe('follow 3');
  });

  it('goes to the next case when a filter takes its own away', async () => {
    const { cursor, change } = setUp([10, 11, 12]);
    cursor.moveTo(1);
    await change([10, 12]);
    expect([cursor.index.value, cursor.row.value?.fileId]).toEqual([1, 12]);
    expect([...cursor.selected.value]).toEqual([12]);
    await change([10]);
    expect([cursor.index.value, cursor.row.value?.fileId]).toEqual([0, 10]);
  });

  it('selects from where the selection began, in both directions', async () => {
    const { cursor } = setUp([10, 11, 12, 13, 14]);
    cursor.moveTo(2);
    await cursor.extendTo(4);
    expect([...cursor.selected.value]).toEqual([12, 13, 14]);
    await cursor.extendTo(1);
    expect([...cursor.selected.value]).toEqual([11, 12]);
    expect(cursor.row.value?.fileId).toBe(11);
    cursor.selectOne();
    expect([...cursor.selected.value]).toEqual([11]);
  });

  it('adds single cases to the selection and takes them out again', () => {
    const { cursor } = setUp([10, 11, 12]);
    cursor.moveTo(0);
    cursor.toggle(2, rowOf(12, 2));
    expect([...cursor.selected.value].sort()).toEqual([10, 12]);
    cursor.toggle(0, rowOf(10, 0));
    expect([...cursor.selected.value]).toEqual([12]);
  });

  it('selects everything', async () => {
    const { cursor } = setUp([10, 11, 12]);
    cursor.moveTo(0);
    await cursor.selectAll();
    expect([...cursor.selected.value]).toEqual([10, 11, 12]);
  });
});
