import { describe, expect, it } from 'vitest';
import type { RankQuery } from '../../../../preload/contract.ts';
import { WHOLE_FILE } from '../../store/samples.ts';
import { SCORES, allScores, screenedFolder } from '../screened-folder.ts';
import { greyPng } from '../small-images.ts';

const VALUES: Readonly<Record<string, number>> = {
  'bad/a.png': 3,
  'bad/b.png': 1,
  'good/c.png': 2,
  'good/d.png': 0,
};

async function folder() {
  const paths = [...Object.keys(VALUES), 'good/broken.png'];
  const files = Object.fromEntries(
    await Promise.all(paths.map(async (path, index) => [path, await greyPng(index)] as const)),
  );
  const window = await screenedFolder({
    files,
    labels: true,
    scoreOf: (path) => {
      const value = VALUES[path];
      return value === undefined ? null : { ...allScores(value), 'scale1-likelihood': -value };
    },
  });
  const query: RankQuery = {
    runId: window.runId,
    score: null,
    filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
    sort: { by: 'score', descending: true },
  };
  return { ...window, query };
}

const everything = { offset: 0, limit: 100 };

describe('a ranked list', () => {
  it('shows the screening with its counts, and follows threshold and decisions', async () => {
    const { api, runId, modelId, datasetId, ids, store } = await folder();
    const shown = await api.triage.screening({ runId, score: null });
    expect(shown).toEqual({
      runId,
      modelId,
      model: 'model',
      remarks: [],
      datasetId,
      dataset: 'images',
      status: 'done',
      startedAt: store.runs.get(runId).startedAt,
      score: 'likelihood',
      scores: SCORES,
      threshold: null,
      counts: { scored: 4, failed: 1, aboveThreshold: null, undecided: 4, flag: 0, clear: 0, unsure: 0 },
      labels: ['bad', 'good'],
    });
    store.thresholds.append({
      modelId,
      scoreName: 'likelihood',
      value: 1.5,
      falseAlarmRate: 0,
      ciLow: 0,
      ciHigh: 1,
      heldOutCount: 1,
      createdBy: 'a reader',
      reason: 'a test',
    });
    const decided = [ids['bad/a.png'] ?? 0, ids['good/c.png'] ?? 0];
    await api.decisions.set({ runId, fileIds: decided, verdict: 'flag', note: 'odd', reason: null });
    const { threshold, counts } = await api.triage.screening({ runId, score: 'likelihood' });
    expect(threshold).toBe(1.5);
    expect(counts).toMatchObject({ aboveThreshold: 2, undecided: 2, flag: 2 });
    expect((await api.triage.screening({ runId, score: 'scale1-likelihood' })).threshold).toBeNull();
  });

  it('has ranks that no filter changes, and tells where a case is', async () => {
    const { api, query, ids, runId } = await folder();
    expect(await api.triage.rows({ ...query, ...everything })).toMatchObject({
      total: 4,
      rows: [
        { relativePath: 'bad/a.png', rank: 1, value: 3, label: 'bad', verdict: null, aboveThreshold: null },
        { relativePath: 'good/c.png', rank: 2, value: 2, label: 'good' },
        { relativePath: 'bad/b.png', rank: 3, value: 1 },
        { relativePath: 'good/d.png', rank: 4, value: 0 },
      ],
    });
    const good: RankQuery = { ...query, filter: { ...query.filter, label: 'good' } };
    expect(await api.triage.rows({ ...good, offset: 1, limit: 1 })).toMatchObject({
      total: 2,
      rows: [{ relativePath: 'good/d.png', rank: 4 }],
    });
    const other: RankQuery = { ...query, score: 'scale1-likelihood' };
    expect(
      (await api.triage.rows({ ...other, ...everything })).rows.map(({ rank, value }) => [rank, value]),
    ).toEqual([
      [1, 0],
      [2, -1],
      [3, -2],
      [4, -3],
    ]);
    expect(await api.triage.position({ ...good, fileId: ids['good/d.png'] ?? 0 })).toEqual({ index: 1 });
    expect(await api.triage.position({ ...good, fileId: ids['bad/a.png'] ?? 0 })).toEqual({ index: null });
    expect(await api.triage.failures({ runId, ...everything })).toEqual({
      total: 1,
      rows: [
        {
          fileId: ids['good/broken.png'],
          relativePath: 'good/broken.png',
          ...WHOLE_FILE,
          reason: 'It could not be read.',
        },
      ],
    });
  });

  it('refuses what does not exist, and what is no query', async () => {
    const { refusalOf, query, dump } = await folder();
    const before = dump();
    const rows = { ...query, ...everything };
    const unknownRun = { code: 'SERVICE', kind: 'unknown-run' };
    expect(await refusalOf('triage.rows', { ...rows, runId: 99 })).toMatchObject(unknownRun);
    expect(await refusalOf('triage.position', { ...query, runId: 99, fileId: 1 })).toMatchObject(unknownRun);
    expect(await refusalOf('triage.screening', { runId: 99, score: null })).toMatchObject(unknownRun);
    expect(await refusalOf('triage.failures', { runId: 99, ...everything })).toMatchObject(unknownRun);
    expect(await refusalOf('triage.rows', { ...rows, score: 'ratio' })).toMatchObject({
      code: 'SERVICE',
      kind: 'unknown-score',
      message:
        'There is no score "ratio" here; choose one of likelihood, scale1-likelihood, scale2-likelihood.',
    });
    for (const bad of [
      { ...rows, limit: 501 },
      { ...rows, offset: -1 },
      { ...rows, sort: { by: 'value', descending: true } },
      { ...rows, filter: { ...rows.filter, search: 'x'.repeat(201) } },
      { ...rows, runId: '1; DROP TABLE score' },
    ]) {
      expect(await refusalOf('triage.rows', bad)).toMatchObject({ code: 'BAD_REQUEST' });
    }
    expect(dump()).toEqual(before);
  });
});
