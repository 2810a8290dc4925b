import { describe, expect, it } from 'vitest';
import { heldOutById, requireTogether } from '../../../../main/api/ranking/held-out-together.ts';
import { refusalOf } from '../workplace.ts';

const model = (
  name: string,
  scores: Readonly<Record<number, number>>,
  change: { datasetId?: number | null; heldOutScores?: Record<string, number[]> } = {},
) => ({
  record: { name, datasetId: change.datasetId === undefined ? 1 : change.datasetId },
  metrics: {
    heldOutFileIds: Object.keys(scores).map(Number),
    heldOutScores: change.heldOutScores ?? { likelihood: Object.values(scores) },
  },
});
const together = (...models: ReturnType<typeof model>[]) =>
  requireTogether(models.map((each) => heldOutById(each, 'likelihood')));
const refused = (...models: ReturnType<typeof model>[]) =>
  refusalOf(Promise.resolve().then(() => together(...models)));

describe('held-out normals of several models', () => {
  it('are laid beside each other by the file, whatever the order they were kept in', () => {
    const other = model('b', {});
    const metrics = { heldOutFileIds: [9, 3, 5], heldOutScores: { likelihood: [90, 30, 50] } };
    expect(together(model('a', { 3: 0.3, 5: 0.5, 9: 0.9 }), { ...other, metrics })).toEqual([
      [0.3, 0.5, 0.9],
      [30, 50, 90],
    ]);
  });

  it.each([
    ['one more', model('b', { 3: 1, 5: 2, 7: 3 })],
    ['one fewer', model('b', { 3: 1, 5: 2 })],
    ['another one', model('b', { 3: 1, 5: 2, 8: 3 })],
    ['the same numbers of another dataset', model('b', { 3: 1, 5: 2, 9: 3 }, { datasetId: 2 })],
  ])('are refused where they are not the same: %s', async (_, other) => {
    const refusal = await refused(model('a', { 3: 1, 5: 2, 9: 3 }), other);
    expect(refusal.kind).toBe('invalid-request');
    expect(refusal.message).toMatch(
      /^"a" and "b" held out different normal images, .* with the same grouping\.$/,
    );
  });

  it.each([
    ['too few', model('b', { 3: 1 }), /two held-out normals or more/],
    ['none of the score', model('b', { 3: 1, 5: 2 }, { heldOutScores: { ratio: [1, 2] } }), /fit it on more/],
    [
      'not one a file',
      model('b', { 3: 1, 5: 2, 9: 3 }, { heldOutScores: { likelihood: [1, 3] } }),
      /1 of its 3/,
    ],
    ['of files elsewhere', model('b', { 3: 1, 5: 2 }, { datasetId: null }), /another machine/],
  ])('are refused where it is not known whose they are: %s', async (_, other, reason) => {
    const refusal = await refused(model('a', { 3: 1, 5: 2 }), other);
    expect(refusal.kind).toBe('no-scores');
    expect(refusal.message).toMatch(/^"b" cannot be combined with other models: /);
    expect(refusal.message).toMatch(reason);
  });
});
