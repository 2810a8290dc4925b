import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { auroc, averagePrecision } from '../../../../models/scoring/metrics.ts';
import { proportionInterval } from '../../../../models/scoring/proportion-interval.ts';
import { SCORES, allScores, screenedFolder } from '../screened-folder.ts';
import { greyPng } from '../small-images.ts';

const HELD_OUT = Array.from({ length: 100 }, (_, index) => index / 10);
const NORMAL = [1, 2, 3, 9, 9];
const ANOMALOUS = [4, 9, 12, 100];

async function folder() {
  const paths = [
    ...NORMAL.map((value, index) => [`good/${index}.png`, value] as const),
    ...ANOMALOUS.map((value, index) => [`bad/${index}.png`, value] as const),
  ];
  const values = new Map<string, number>(paths);
  return screenedFolder({
    labels: true,
    files: Object.fromEntries(
      await Promise.all(paths.map(async ([path], index) => [path, await greyPng(index)] as const)),
    ),
    scoreOf: (path) => allScores(values.get(path) ?? NaN),
    metrics: () => ({ heldOutScores: Object.fromEntries(SCORES.map((name) => [name, HELD_OUT])) }),
  });
}

describe('a threshold', () => {
  it('is previewed by value and by rate, with its interval and what it would flag', async () => {
    const { api, modelId, runId, dump } = await folder();
    const before = dump();
    const choice = { modelId, score: null, runId };
    const byValue = await api.thresholds.preview({ ...choice, at: { value: 9 } });
    expect(byValue).toEqual({
      value: 9,
      falseAlarmRate: { estimate: 0.09, ...proportionInterval(9, 100) },
      heldOutCount: 100,
      flagged: 2,
      scored: 9,
      tooFew: false,
    });
    const byRate = await api.thresholds.preview({ ...choice, runId: null, at: { falseAlarmRate: 0.09 } });
    expect(byRate).toEqual({ ...byValue, flagged: null, scored: null });
    expect(await api.thresholds.preview({ ...choice, at: { falseAlarmRate: 0.001 } })).toMatchObject({
      value: 9.9,
      falseAlarmRate: { estimate: 0, low: 0 },
      tooFew: true,
    });
    expect(dump()).toEqual(before);
  });

  it('is set in versions, with who, why and an entry in the audit trail', async () => {
    const { api, modelId, runId } = await folder();
    await api.settings.save({ reviewer: 'Dr Ana' });
    const choice = { modelId, score: 'likelihood' };
    const first = await api.thresholds.set({ ...choice, value: 9, reason: 'a first guess' });
    expect(first).toMatchObject({
      version: 1,
      score: 'likelihood',
      value: 9,
      falseAlarmRate: 0.09,
      interval: proportionInterval(9, 100),
      heldOutCount: 100,
      who: 'Dr Ana',
      reason: 'a first guess',
    });
    const second = await api.thresholds.set({ ...choice, value: 3.25, reason: 'too many missed' });
    expect(await api.thresholds.history(choice)).toEqual([second, first]);
    expect(await api.thresholds.history({ modelId, score: 'scale1-likelihood' })).toEqual([]);
    expect((await api.triage.screening({ runId, score: null })).threshold).toBe(3.25);
    const { rows } = await api.audit.entries({ search: '', action: 'threshold set', offset: 0, limit: 5 });
    expect(rows).toMatchObject([
      { who: 'Dr Ana (account)', oldValue: '9', newValue: '3.25', reason: 'too many missed' },
      { oldValue: null, newValue: '9', reason: 'a first guess' },
    ]);
    expect(await api.audit.verify()).toMatchObject({ intact: true });
  });

  it('is told to every window', async () => {
    const { api, app, modelId } = await folder();
    const heard: string[] = [];
    const ending = new AbortController();
    const listening = (async () => {
      for await (const { topic } of app.changes.follow(ending.signal)) {
        heard.push(topic);
        if (topic === 'audit') break;
      }
    })();
    await api.thresholds.set({ modelId, score: null, value: 1, reason: 'a test' });
    await listening;
    expect(heard).toEqual(['thresholds', 'audit']);
  });

  it('is shown on common bins of held-out normals and the screening', async () => {
    const { api, modelId, runId } = await folder();
    const choice = { modelId, score: null, bins: 10 };
    const alone = await api.thresholds.distribution({ ...choice, runId: null });
    expect(alone).toMatchObject({ score: 'likelihood', run: null, current: null });
    expect(alone.edges).toHaveLength(11);
    expect(alone.heldOut).toEqual(Array.from({ length: 10 }, () => 10));
    const current = await api.thresholds.set({ modelId, score: null, value: 9, reason: 'a test' });
    const both = await api.thresholds.distribution({ ...choice, runId });
    expect(both.current).toEqual(current);
    expect(both.heldOut.reduce((sum, count) => sum + count)).toBe(100);
    expect(both.run).toHaveLength(10);
    expect(both.run?.reduce((sum, count) => sum + count)).toBe(9);
  });

  it('has curves where labels exist', async () => {
    const { api, runId } = await folder();
    const curves = await api.thresholds.curves({ runId, score: null, normalLabels: ['good'] });
    expect(curves).toMatchObject({
      normal: 5,
      anomalous: 4,
      averagePrecision: averagePrecision(NORMAL, ANOMALOUS),
      auroc: { estimate: auroc(NORMAL, ANOMALOUS) },
      precisionRecall: [
        { recall: 0.25, precision: 1 },
        { recall: 0.5, precision: 1 },
        { recall: 0.75, precision: 3 / 5 },
        { recall: 1, precision: 4 / 6 },
      ],
    });
    expect(curves.roc.at(0)).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
    expect(curves.roc.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
    const turned = await api.thresholds.curves({ runId, score: null, normalLabels: ['bad'] });
    expect(turned.auroc.estimate).toBeCloseTo(1 - curves.auroc.estimate, 12);
  });

  it('refuses what cannot be and changes nothing', async () => {
    const { refusalOf, modelId, runId, dump } = await folder();
    const before = dump();
    const set = { modelId, score: null, value: 1, reason: 'a test' };
    expect(await refusalOf('thresholds.set', { ...set, score: 'ratio' })).toMatchObject({
      kind: 'unknown-score',
    });
    expect(await refusalOf('thresholds.set', { ...set, modelId: 77 })).toMatchObject({ code: 'SERVICE' });
    for (const bad of [{ value: null }, { value: '1' }, { reason: '  ' }, { reason: 'x'.repeat(501) }]) {
      expect(await refusalOf('thresholds.set', { ...set, ...bad })).toMatchObject({ code: 'BAD_REQUEST' });
    }
    const preview = { modelId, score: null, runId, at: { value: 1 } };
    expect(await refusalOf('thresholds.preview', { ...preview, runId: 55 })).toMatchObject({
      kind: 'unknown-run',
    });
    expect(await refusalOf('thresholds.preview', { ...preview, at: { falseAlarmRate: 1 } })).toMatchObject({
      code: 'BAD_REQUEST',
    });
    const curves = { runId, score: null, normalLabels: ['good'] };
    expect(await refusalOf('thresholds.curves', { ...curves, normalLabels: ['fine'] })).toMatchObject({
      kind: 'unknown-label',
    });
    expect(await refusalOf('thresholds.curves', { ...curves, normalLabels: ['good', 'bad'] })).toMatchObject({
      kind: 'no-labels',
    });
    expect(dump()).toEqual(before);
  });

  it('needs a screening with its own model, and held-out normals', async () => {
    const { store, refusalOf, modelId, runId } = await folder();
    const record = store.models.get(modelId);
    const other = store.models.create({
      ...record,
      name: 'other',
      metrics: { ...z.record(z.string(), z.unknown()).parse(record.metrics), heldOutScores: {} },
    });
    const preview = { modelId: other.id, score: null, runId, at: { value: 1 } };
    expect(await refusalOf('thresholds.preview', { ...preview, runId: null })).toMatchObject({
      kind: 'no-scores',
    });
    expect(
      await refusalOf('thresholds.distribution', { modelId: other.id, score: null, runId, bins: 20 }),
    ).toMatchObject({ kind: 'invalid-request' });
  });
});
