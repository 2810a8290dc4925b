import { describe, expect, it } from 'vitest';
import { splitHeldOut } from '../../../../main/api/fit/held-out-split.ts';
import type { ReadableFile } from '../../../../main/store/file-records.ts';
import { SAYS_NOTHING, readableFinding, sha256Of } from '../../store/samples.ts';

function file(id: number, content: string | number = id): ReadableFile {
  return {
    ...SAYS_NOTHING,
    ...readableFinding(`${id}.png`),
    id,
    datasetId: 1,
    sha256: sha256Of(String(content)),
  };
}

const files = (count: number) => Array.from({ length: count }, (_, index) => file(index + 1));
const ids = (list: readonly ReadableFile[]) => list.map(({ id }) => id).sort((a, b) => a - b);

describe('held-out images', () => {
  it.each([
    [2, 1],
    [9, 1],
    [19, 1],
    [20, 8],
    [77, 8],
    [200, 20],
    [20_000, 1000],
  ])('of %i images are %i, and the rest is trained on', (count, heldOut) => {
    const split = splitHeldOut(files(count));
    expect(split.heldOut).toHaveLength(heldOut);
    expect(ids([...split.train, ...split.heldOut])).toEqual(ids(files(count)));
    expect(split.notices.length === 0).toBe(count >= 20);
  });

  it('depend on contents alone, not on names or order', () => {
    const contents = (list: readonly ReadableFile[]) => list.map(({ sha256 }) => sha256).sort();
    const one = splitHeldOut(files(50));
    const renamed = files(50).map((each) => ({ ...each, id: 100 - each.id, relativePath: `x/${each.id}` }));
    expect(contents(splitHeldOut(renamed.reverse()).heldOut)).toEqual(contents(one.heldOut));
  });

  it('never have a copy on the other side', () => {
    const copies = Array.from({ length: 120 }, (_, index) => file(index + 1, index % 40));
    const { train, heldOut } = splitHeldOut(copies);
    const seen = new Set(train.map(({ sha256 }) => sha256));
    expect(heldOut.length).toBeGreaterThanOrEqual(12);
    expect(heldOut.filter(({ sha256 }) => seen.has(sha256))).toEqual([]);
  });

  it('leave something to train on, and need two different images', () => {
    const two = Array.from({ length: 30 }, (_, index) => file(index + 1, index % 2));
    expect(splitHeldOut(two).train).toHaveLength(15);
    expect(() => splitHeldOut([file(1)])).toThrow('only one image');
    expect(() => splitHeldOut([file(1, 'a'), file(2, 'a')])).toThrow('copies of one');
  });

  it('never tear a group apart, nor groups that share a copy', () => {
    const grouped = Array.from({ length: 400 }, (_, index) => ({
      ...file(index + 1),
      groupKey: `patient ${index % 50}`,
    }));
    const copy = { ...file(401, 1), groupKey: 'patient 7' };
    const { train, heldOut, notices } = splitHeldOut([...grouped, copy]);
    const trained = new Set(train.map(({ groupKey }) => groupKey));
    expect(heldOut.filter(({ groupKey }) => trained.has(groupKey))).toEqual([]);
    expect(heldOut.length).toBeGreaterThanOrEqual(40);
    expect(heldOut.length).toBeLessThanOrEqual(80);
    const side = (list: readonly ReadableFile[]) => ({
      copy: list.some(({ id }) => id === 401),
      both: list.some(
        ({ groupKey, id }) => groupKey === 'patient 0' || (groupKey === 'patient 7' && id !== 401),
      ),
    });
    expect(side(train).copy).toBe(side(train).both);
    expect(notices).toEqual([]);
  });

  it('are the smallest group where every group is large, and say how little that is', () => {
    const lots = Array.from({ length: 100 }, (_, index) => ({
      ...file(index + 1),
      groupKey: index < 70 ? 'lot a' : 'lot b',
    }));
    const { heldOut, notices } = splitHeldOut(lots);
    expect(new Set(heldOut.map(({ groupKey }) => groupKey))).toEqual(new Set(['lot b']));
    expect(notices).toEqual([expect.stringContaining('Only one group is held out')]);
  });

  it('cannot be of one group alone', () => {
    const one = files(30).map((each) => ({ ...each, groupKey: 'patient 1' }));
    expect(() => splitHeldOut(one)).toThrow('belong to one group');
  });

  it('are not like those that are trained on, also in chains', () => {
    // Twelve chains of ten, each like the next.
    const alike = Array.from({ length: 119 }, (_, index) => [index + 1, index + 2] as const).filter(
      ([first]) => first % 10 !== 0,
    );
    const { train, heldOut, notices } = splitHeldOut(files(120), alike);
    const chain = ({ id }: ReadableFile) => Math.floor((id - 1) / 10);
    const trained = new Set(train.map(chain));
    expect(heldOut.length).toBeGreaterThanOrEqual(10);
    expect(heldOut.filter((each) => trained.has(chain(each)))).toEqual([]);
    expect(notices).toEqual([]);
  });

  it('are told of where they are like those that are trained on, because of groups or because all are alike', () => {
    const all = Array.from({ length: 99 }, (_, index) => [index + 1, index + 2] as const);
    const tied = splitHeldOut(files(100), all);
    expect(tied.heldOut).toHaveLength(10);
    expect(tied.notices).toEqual([expect.stringMatching(/^\d+ held-out images look nearly the same/)]);
    const grouped = files(100).map((each) => ({ ...each, groupKey: `patient ${each.id % 20}` }));
    const [one = 0] = ids(splitHeldOut(grouped).heldOut);
    const [other = 0] = ids(splitHeldOut(grouped).train);
    expect(splitHeldOut(grouped, [[one, other]]).notices.at(-1)).toContain(
      'One held-out image looks nearly the same',
    );
  });
});
