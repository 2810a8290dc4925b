import { readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FIXTURES } from '../../ingest/fixtures.ts';
import { type RankQuery, tailSentence } from '../../../../preload/contract.ts';
import { WHOLE_FILE } from '../../store/samples.ts';
import { SCORES, allScores, screenedFolder } from '../screened-folder.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { greyPng } from '../small-images.ts';

async function pngs(count: number): Promise<Record<string, Buffer>> {
  const entries = Array.from({ length: count }, async (_, index) => {
    return [`${String(index).padStart(2, '0')}.png`, await greyPng(index)] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

describe('a case', () => {
  it('has its scores beside those of the held-out normals, its place, and what was decided', async () => {
    const heldOut = Array.from({ length: 101 }, (_, index) => 100 - index);
    const { api, runId, modelId, datasetId, ids } = await screenedFolder({
      files: await pngs(3),
      metrics: () => ({ heldOutScores: { likelihood: heldOut } }),
    });
    const fileId = ids['01.png'] ?? 0;
    await api.thresholds.set({ modelId, score: 'likelihood', value: 0.5, reason: 'a test' });
    for (const verdict of ['flag', 'clear'] as const) {
      await api.decisions.set({ runId, fileIds: [fileId], verdict, note: `now ${verdict}`, reason: null });
    }
    const shown = await api.cases.show({ runId, fileId, score: null });
    expect(shown).toMatchObject({
      runId,
      fileId,
      modelId,
      datasetId,
      relativePath: '01.png',
      format: 'png',
      width: 24,
      height: 16,
      channels: 1,
      bitDepth: 8,
      frames: 1,
      contentChanged: false,
      rank: 2,
      of: 3,
      verdict: 'clear',
      note: 'now clear',
      history: [
        { verdict: 'clear', note: 'now clear', who: 'account' },
        { verdict: 'flag', note: 'now flag', who: 'account' },
      ],
      maps: SCORES.map((score, index) => ({ score, low: index - 2, high: index + 2 })),
      tags: [],
      neighbours: [],
    });
    const [likelihood, ...perScale] = shown.scores;
    expect(likelihood).toMatchObject({
      name: 'likelihood',
      value: 1,
      normal: { low: 5, high: 95 },
      normalMedian: 50,
      threshold: 0.5,
    });
    const without = { value: 1, normal: null, normalMedian: null, tail: null, threshold: null };
    expect(perScale).toEqual([
      { name: 'scale1-likelihood', ...without },
      { name: 'scale2-likelihood', ...without },
    ]);
  });

  it('says how rarely normals score as high, with what the interval is of', async () => {
    // 480 normals, three of which score 100 or more: binomial sums of 0.025 on either side, found by bisection.
    const heldOut = Array.from({ length: 480 }, (_, index) => (index < 3 ? 100 + index : index / 10));
    const { api, runId, ids } = await screenedFolder({
      files: await pngs(4),
      scoreOf: (_, index) => allScores([100, 103, -1, 101][index] ?? NaN),
      metrics: () => ({ heldOutScores: { likelihood: heldOut } }),
    });
    const query: RankQuery = {
      runId,
      score: 'likelihood',
      filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
      sort: { by: 'score', descending: true },
    };
    const { rows } = await api.triage.rows({ ...query, offset: 0, limit: 10 });
    expect(rows.map(({ value, tail }) => [value, tail?.probability, tail?.normals])).toEqual([
      [103, 1 / 481, 480],
      [101, 3 / 481, 480],
      [100, 4 / 481, 480],
      [-1, 1, 480],
    ]);
    const { scores } = await api.cases.show({ runId, fileId: ids['00.png'] ?? 0, score: null });
    const tail = scores[0]?.tail;
    expect(tail).toEqual(rows[2]?.tail);
    expect(tail?.low).toBeCloseTo(0.00129075949, 10);
    expect(tail?.high).toBeCloseTo(0.01815571012, 10);
    expect(tail && tailSentence(tail)).toBe('as high in 0.8 % of normals (0.1–1.8 %)');
  });

  it.each([
    [
      { fit: 'resize', width: 16, height: 16, channels: 1 },
      { left: 0, top: 0, width: 24, height: 16 },
    ],
    [
      { fit: 'crop', width: 16, height: 16, channels: 1 },
      { left: 4, top: 0, width: 16, height: 16 },
    ],
    // 24 × 16 scaled by 2/3 becomes 16 × 11, with 2 rows of black above and 3 below.
    [
      { fit: 'pad', width: 16, height: 16, channels: 1 },
      { left: 0, top: -(2 * 16) / 11, width: 24, height: (16 * 16) / 11 },
    ],
    [
      { fit: 'tile', width: 16, height: 16, channels: 1, overlap: 0 },
      { left: 0, top: 0, width: 24, height: 16 },
    ],
    // The last column of tiles is shifted inward; a side shorter than the tile is padded.
    [
      { fit: 'tile', width: 16, height: 32, channels: 1, overlap: 4 },
      { left: 0, top: -8, width: 24, height: 32 },
    ],
  ] as const)('says where its maps lie: %j', async (preparation, expected) => {
    const { api, runId, ids } = await screenedFolder({ files: await pngs(1), preparation });
    const { mapArea } = await api.cases.show({ runId, fileId: ids['00.png'] ?? 0, score: null });
    for (const side of ['left', 'top', 'width', 'height'] as const) {
      expect(mapArea[side]).toBeCloseTo(expected[side], 10);
    }
  });

  it('has as neighbours the held-out normals that are most alike per scale, without itself', async () => {
    const scales: Readonly<Record<string, readonly [number, number]>> = {
      '00.png': [0, 0],
      '01.png': [10, 0],
      '02.png': [0, 1000],
      '03.png': [10, 1000],
    };
    const at = (path: string, scale: 0 | 1) => scales[path]?.[scale] ?? NaN;
    const heldOut = Object.keys(scales);
    const { api, store, runId, ids } = await screenedFolder({
      files: await pngs(6),
      scoreOf: (path) =>
        // In spreads, 5 of the one scale are as far as 500 of the other.
        path === '05.png'
          ? { likelihood: 7, 'scale1-likelihood': 9, 'scale2-likelihood': 600 }
          : allScores(1),
      metrics: (known) => ({
        heldOutFileIds: heldOut.map((path) => known[path] ?? 0),
        heldOutScores: {
          likelihood: [40, 41, 42, 43],
          'scale1-likelihood': heldOut.map((path) => at(path, 0)),
          'scale2-likelihood': heldOut.map((path) => at(path, 1)),
        },
      }),
    });
    const { neighbours } = await api.cases.show({ runId, fileId: ids['05.png'] ?? 0, score: null });
    // Without units the second scale would rule, and 02 come before 01.
    expect(neighbours).toEqual([
      { fileId: ids['03.png'], relativePath: '03.png', ...WHOLE_FILE, value: 43 },
      { fileId: ids['01.png'], relativePath: '01.png', ...WHOLE_FILE, value: 41 },
      { fileId: ids['02.png'], relativePath: '02.png', ...WHOLE_FILE, value: 42 },
      { fileId: ids['00.png'], relativePath: '00.png', ...WHOLE_FILE, value: 40 },
    ]);
    const itself = await api.cases.show({ runId, fileId: ids['00.png'] ?? 0, score: 'scale2-likelihood' });
    expect(itself.neighbours.map(({ relativePath, value }) => [relativePath, value])).toEqual([
      ['01.png', 0],
      ['02.png', 1000],
      ['03.png', 1000],
    ]);
    expect(store.runs.get(runId).status).toBe('done');
  });

  it('has no neighbours where the scores do not tell which file they are of', async () => {
    const { api, runId, ids } = await screenedFolder({
      files: await pngs(3),
      metrics: (known) => ({
        heldOutFileIds: [known['00.png'] ?? 0, known['01.png'] ?? 0],
        heldOutScores: { 'scale1-likelihood': [1] },
      }),
    });
    expect(await api.cases.show({ runId, fileId: ids['02.png'] ?? 0, score: null })).toMatchObject({
      neighbours: [],
    });
  });

  it('withholds what identifies a patient unless the settings show it', async () => {
    const slice = dicomSlice({ patientId: 'Mustermann 17', studyInstanceUid: '1.2.3.4', value: 9 });
    const { api, runId, ids } = await screenedFolder({ files: { 'slice.dcm': slice } });
    const request = { runId, fileId: ids['slice.dcm'] ?? 0, score: null };
    const hidden = await api.cases.show(request);
    expect(JSON.stringify(hidden)).not.toMatch(/Mustermann|1\.2\.3\.4/);
    expect(hidden.tags).toContainEqual({ tag: '(0010,0020)', name: 'Patient ID', value: 'withheld' });
    expect(hidden.tags).toContainEqual({ tag: '(0028,0010)', name: 'Rows', value: '8' });
    await api.settings.save({ showIdentifiers: true });
    const { tags } = await api.cases.show(request);
    expect(tags).toContainEqual({ tag: '(0010,0020)', name: 'Patient ID', value: 'Mustermann 17' });
    expect(tags).toContainEqual({ tag: '(0020,000D)', name: 'Study Instance UID', value: '1.2.3.4' });
  });

  it('says when its file is not what was scored any more, and is shown when it is gone', async () => {
    const { api, root, runId, ids } = await screenedFolder({
      files: {
        'a.png': await greyPng(1),
        'b.png': await greyPng(2),
        'c.dcm': readFileSync(join(FIXTURES, 'u8.dcm')),
      },
    });
    const show = (path: string) => api.cases.show({ runId, fileId: ids[path] ?? 0, score: null });
    utimesSync(join(root, 'a.png'), new Date(), new Date(0));
    expect((await show('a.png')).contentChanged).toBe(false);
    writeFileSync(join(root, 'a.png'), await greyPng(3, { width: 25 }));
    expect((await show('a.png')).contentChanged).toBe(true);
    rmSync(join(root, 'c.dcm'));
    expect(await show('c.dcm')).toMatchObject({ contentChanged: false, tags: [], format: 'dicom' });
  });

  it('refuses what is no case, and one without the score', async () => {
    const { refusalOf, runId, ids } = await screenedFolder({
      files: await pngs(3),
      scoreOf: (path) =>
        path === '00.png'
          ? null
          : path === '01.png'
            ? { 'scale1-likelihood': 1, likelihood: NaN }
            : allScores(1),
    });
    const ask = (fileId: number, run = runId) => refusalOf('cases.show', { runId: run, fileId, score: null });
    expect(await ask(999)).toMatchObject({ kind: 'unknown-file' });
    expect(await ask(ids['02.png'] ?? 0, 999)).toMatchObject({ kind: 'unknown-run' });
    expect(await ask(ids['00.png'] ?? 0)).toMatchObject({
      kind: 'no-scores',
      message: '"00.png" has no place in this list: It could not be read.',
    });
    expect(await ask(ids['01.png'] ?? 0)).toMatchObject({
      kind: 'no-scores',
      message: '"01.png" has no place in this list: it has no finite likelihood.',
    });
  });
});
