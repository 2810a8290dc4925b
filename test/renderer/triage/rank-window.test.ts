import { describe, expect, it } from 'vitest';
import { type Page, RankWindow } from '../../../renderer/components/triage/rank-window.ts';

/** A list of a length, whose answers come when they are let go. */
class List {
  length = 100_000;
  version = 1;
  readonly asked: {
    offset: number;
    limit: number;
    signal: AbortSignal;
    answer: () => void;
    fail: () => void;
  }[] = [];
  readonly load = (offset: number, limit: number, signal: AbortSignal): Promise<Page<string>> =>
    new Promise((resolve, reject) => {
      const answer = () => {
        const rows = Math.max(0, Math.min(limit, this.length - offset));
        resolve({
          total: this.length,
          rows: Array.from({ length: rows }, (_, index) => `${offset + index} v${this.version}`),
        });
      };
      this.asked.push({ offset, limit, signal, answer, fail: () => reject(new Error('no answer')) });
    });
}

const settled = () => new Promise((resolve) => setTimeout(resolve));
const setUp = (options?: { pageSize?: number; mostPages?: number }) => {
  const list = new List();
  let changes = 0;
  const window = new RankWindow(list.load, () => (changes += 1), options);
  return { list, window, changes: () => changes };
};
const answerAll = async (list: List) => {
  for (const { answer } of list.asked) answer();
  await settled();
};

describe('the window on a ranked list', () => {
  it('reads the pages on screen, and nothing else', async () => {
    const { list, window, changes } = setUp();
    window.show(0, 30);
    await answerAll(list);
    expect(list.asked.map(({ offset, limit }) => [offset, limit])).toEqual([[0, 100]]);
    expect(window.total).toBe(100_000);
    expect(window.at(30)).toBe('30 v1');
    expect(window.at(100)).toBeNull();
    expect(changes()).toBe(1);
    window.show(80, 120);
    await answerAll(list);
    expect(list.asked.map(({ offset }) => offset)).toEqual([0, 100]);
    expect(window.at(120)).toBe('120 v1');
  });

  it('asks once for what is asked for already', () => {
    const { list, window } = setUp();
    window.show(0, 30);
    window.show(1, 31);
    window.show(2, 32);
    expect(list.asked).toHaveLength(1);
  });

  it('gives up pages that left the screen before they came, and reads them when they are back', async () => {
    const { list, window } = setUp();
    window.show(0, 30);
    window.show(50_000, 50_030);
    expect(list.asked.map(({ signal }) => signal.aborted)).toEqual([true, false]);
    await answerAll(list);
    expect(window.at(0)).toBeNull();
    expect(window.at(50_010)).toBe('50010 v1');
    window.show(0, 30);
    await answerAll(list);
    expect(window.at(0)).toBe('0 v1');
  });

  it('keeps a bounded number of pages, the nearest ones', async () => {
    const { list, window } = setUp({ mostPages: 5 });
    for (let index = 0; index < 3000; index += 100) {
      window.show(index, index + 30);
      await answerAll(list);
    }
    expect(window.held()).toHaveLength(500);
    expect(window.at(2930)).toBe('2930 v1');
    expect(window.at(2530)).toBe('2530 v1');
    expect(window.at(2430)).toBeNull();
  });

  it('shows the old rows of a changed list until the new ones came, and reads only what is on screen', async () => {
    const { list, window } = setUp();
    for (const first of [0, 100, 200]) {
      window.show(first, first + 30);
      await answerAll(list);
    }
    list.version = 2;
    window.refresh();
    expect(window.at(210)).toBe('210 v1');
    await answerAll(list);
    expect(list.asked.slice(3).map(({ offset }) => offset)).toEqual([200]);
    expect(window.at(210)).toBe('210 v2');
    expect(window.at(110)).toBe('110 v1');
    window.show(100, 130);
    await answerAll(list);
    expect(window.at(110)).toBe('110 v2');
  });

  it('takes no answer that a change has overtaken', async () => {
    const { list, window } = setUp();
    window.show(0, 30);
    window.refresh();
    list.asked[0]?.answer();
    await settled();
    expect(window.total).toBeNull();
    list.version = 2;
    list.asked[1]?.answer();
    await settled();
    expect(window.at(0)).toBe('0 v2');
  });

  it('forgets what lies beyond the end of a list that became shorter', async () => {
    const { list, window } = setUp();
    window.show(150, 180);
    await answerAll(list);
    window.show(0, 30);
    await answerAll(list);
    list.length = 40;
    window.refresh();
    await answerAll(list);
    expect(window.total).toBe(40);
    expect(window.at(150)).toBeNull();
    expect(window.held()).toHaveLength(40);
  });

  it('says why reading failed until it goes well', async () => {
    const { list, window } = setUp();
    window.show(0, 30);
    list.asked[0]?.fail();
    await settled();
    expect(window.failure).toEqual(new Error('no answer'));
    window.show(0, 30);
    list.asked[1]?.answer();
    await settled();
    expect(window.failure).toBeNull();
    expect(window.at(0)).toBe('0 v1');
  });

  it('shows a change at once', async () => {
    const { list, window } = setUp();
    window.show(0, 30);
    await answerAll(list);
    window.patch((row) => (row.startsWith('7 ') ? 'flagged' : row));
    expect(window.at(7)).toBe('flagged');
    expect(window.at(8)).toBe('8 v1');
  });

  it('starts over for another list', async () => {
    const { list, window } = setUp();
    window.show(0, 30);
    await answerAll(list);
    window.clear();
    list.length = 5;
    expect([window.total, window.at(0)]).toEqual([100_000, null]);
    window.show(0, 30);
    await answerAll(list);
    expect([window.total, window.at(0)]).toEqual([5, '0 v1']);
  });

  it('holds an empty list', async () => {
    const { list, window } = setUp();
    list.length = 0;
    window.show(0, 30);
    await answerAll(list);
    expect([window.total, window.at(0)]).toEqual([0, null]);
  });
});
