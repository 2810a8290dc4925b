/** A folder whose every name tells whose images it holds, through a whole triage; then every byte that was written is searched. */
import {
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { handleAsset } from '../../../../main/api/pictures/assets.ts';
import { setDecisions } from '../../../../main/api/triage/decisions.ts';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { locateFile } from '../../../../main/api/datasets/locate-file.ts';
import { exportModelFile } from '../../../../main/api/models/model-exchange.ts';
import type { OpenApp } from '../../../../main/api/open-app.ts';
import { keyFilePath } from '../../../../main/api/pseudonyms/key-file.ts';
import { rank } from '../../../../main/api/ranking/rank.ts';
import { createReport } from '../../../../main/api/reports/report.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { openWindow } from '../window.ts';
import { fitHooks, refusalOf, screenHooks } from '../workplace.ts';

const SLICES = 24;
const SECRETS = [
  'Meier_Hans',
  'MEIER^HANS',
  'Kopf_Meningeom',
  'Meningeom',
  'PID-4711-XY',
  '19510317',
  '20190314',
  'Verdacht auf',
  'Universitaetsklinikum',
  '1.2.276.0.7230010.3.1.2.8323329',
  'Schichtbild',
  'Kaputt_Mueller',
  'Befund',
];

const pathOf = (index: number) =>
  `Meier_Hans_19510317/Kopf_Meningeom/Schichtbild_${String(index).padStart(3, '0')}.dcm`;

const ABOUT_THE_PATIENT = [
  [0x0008, 0x0018, 'UI', '1.2.276.0.7230010.3.1.2.8323329.1'],
  [0x0008, 0x0020, 'DA', '20190314'],
  [0x0008, 0x0060, 'CS', 'MR'],
  [0x0008, 0x0080, 'LO', 'Universitaetsklinikum'],
  [0x0008, 0x103e, 'LO', 'Verdacht auf Meningeom'],
  [0x0010, 0x0010, 'PN', 'MEIER^HANS'],
  [0x0010, 0x0030, 'DA', '19510317'],
  [0x0020, 0x000e, 'UI', '1.2.276.0.7230010.3.1.2.8323329.2'],
] as const;

function writeFolder(root: string): void {
  for (let index = 0; index < SLICES; index++) {
    const path = join(root, pathOf(index));
    mkdirSync(dirname(path), { recursive: true });
    const studyInstanceUid = '1.2.276.0.7230010.3.1.2.8323329.3';
    writeFileSync(
      path,
      dicomSlice({ patientId: 'PID-4711-XY', studyInstanceUid, value: index * 16, texts: ABOUT_THE_PATIENT }),
    );
    utimesSync(path, new Date('2019-03-14T10:11:12.345Z'), new Date('2019-03-14T10:11:12.345Z'));
  }
  const broken = dicomSlice({ patientId: 'PID-4711-XY', value: 1, texts: ABOUT_THE_PATIENT });
  writeFileSync(join(root, 'Kaputt_Mueller.dcm'), broken.subarray(0, broken.length - 40));
  writeFileSync(join(root, 'Meier_Hans_19510317', 'Befund.txt'), 'no image');
}

/** Every file below a folder, by its path. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

/** The secrets that bytes hold, in any way that a text is written. */
function told(bytes: Uint8Array | string): string[] {
  const content = Buffer.from(bytes);
  return SECRETS.filter((secret) =>
    (['utf8', 'utf16le'] as const).some((encoding) => content.includes(Buffer.from(secret, encoding))),
  );
}

async function scanned(app: OpenApp, jobId: number): Promise<void> {
  const status = () => app.jobs.list().find(({ id }) => id === jobId)?.status;
  await expect.poll(status, { timeout: 30_000 }).toBe('done');
}

async function pseudonymisedFolder() {
  const { app, api, folder, home } = await openWindow();
  const root = join(folder, 'Station_Meier_Hans');
  writeFolder(root);
  const { jobId } = await api.datasets.add({
    root,
    name: null,
    labelsFromSubfolders: false,
    pseudonymise: true,
  });
  await scanned(app, jobId);
  const [dataset] = await api.datasets.list();
  if (dataset === undefined) throw new Error('there is a dataset');
  return { app, api, folder, home, root, dataset, ctx: app.services };
}

describe('a pseudonymised dataset', () => {
  it('leaves no name, number, date or description in anything that is written or handed out', async () => {
    const { app, api, home, root, dataset, ctx } = await pseudonymisedFolder();
    expect(dataset).toMatchObject({ pseudonymised: true, root, grouping: 'patient' });
    expect(dataset.counts).toEqual({ readable: SLICES, skipped: 1, broken: 1 });
    await api.datasets.setGrouping({ id: dataset.id, grouping: 'image' });

    const hooks = fitHooks();
    await fitModel(ctx, { ...SMALL_FIT, steps: 4, dataset: dataset.name }, hooks);
    // One is another file by now, one can no longer be read although it looks the same, one is gone.
    writeFileSync(join(root, pathOf(0)), 'something else');
    const { size, mtime } = statSync(join(root, pathOf(1)));
    truncateSync(join(root, pathOf(1)), 300);
    truncateSync(join(root, pathOf(1)), size);
    utimesSync(join(root, pathOf(1)), mtime, mtime);
    renameSync(join(root, pathOf(2)), join(root, 'elsewhere'));
    const screening = screenHooks();
    const { runId, failed } = await screenDataset(
      ctx,
      { model: 'small', dataset: dataset.name, batchSize: null },
      screening,
    );
    expect(failed).toBeGreaterThanOrEqual(2);
    const ranking = await rank(ctx, { run: runId, score: null, limit: 100, offset: 0 });
    const fileIds = ranking.images.map(({ fileId }) => fileId);
    setDecisions(ctx, { runId, fileIds, verdict: 'flag', note: 'odd', reason: null });
    for (const fileId of fileIds) {
      const request = new Request(`http://localhost/assets/thumbnails/${fileId}/64`);
      expect((await handleAsset(request, app)).status).toBe(200);
    }
    app.logFailure('a test', new Error(`cannot open ${join(root, pathOf(3))}\n    at ${pathOf(3)}`));

    const choice = {
      runId,
      score: null,
      cases: { fileIds },
      columns: ['rank', 'path', 'acquisition', 'attributes', 'label', 'verdict'],
      pictures: 'none',
      burnedInPictures: false,
      identifiers: false,
      retain: [],
      title: 'Report',
      comment: '',
    } as const;
    const handedOut = [
      JSON.stringify([
        hooks.events,
        screening.events,
        ranking,
        app.jobs.list().map(({ notices }) => notices),
      ]),
      JSON.stringify(await api.audit.entries({ search: '', action: null, offset: 0, limit: 500 })),
      JSON.stringify(
        await api.datasets.files({ id: dataset.id, status: null, search: '', offset: 0, limit: 500 }),
      ),
      ...(await Promise.all(
        (['csv', 'json'] as const).map(async (format) => {
          const { content } = await createReport(
            ctx,
            app.maps,
            { ...choice, columns: [...choice.columns], retain: [], cases: { fileIds } },
            format,
          );
          return content;
        }),
      )),
      new Uint8Array(await (await exportModelFile(ctx, ranking.runId > 0 ? 1 : 0)).arrayBuffer()),
    ];
    for (const each of handedOut) expect(told(each)).toEqual([]);

    const written = filesBelow(home).filter((file) => file !== keyFilePath(home, keyOf(home)));
    expect(written.some((file) => file.endsWith('-wal'))).toBe(true);
    expect(written.some((file) => file.includes('thumbnails'))).toBe(true);
    expect(written.some((file) => file.includes('logs'))).toBe(true);
    for (const file of written) {
      expect({ file, told: told(file.slice(home.length)) }).toEqual({ file, told: [] });
      expect({ file, told: told(readFileSync(file)) }).toEqual({ file, told: [] });
    }
    // The same search finds them where they must be.
    expect(told(readFileSync(keyFilePath(home, keyOf(home))))).toContain('Meier_Hans');
    for (const { modifiedMs } of ctx.store.files.readable(dataset.id)) {
      expect(Math.abs(modifiedMs - Date.parse('2019-03-14T10:11:12.345Z'))).toBeGreaterThan(3e10);
    }
  });

  it('is scanned again without a change, found where it moved, and refuses to be added by its names', async () => {
    const { app, api, root, folder, dataset, ctx } = await pseudonymisedFolder();
    const before = [...ctx.store.files.readable(dataset.id)].map(({ id, relativePath }) => [
      id,
      relativePath,
    ]);
    const again = await api.datasets.add({
      root,
      name: null,
      labelsFromSubfolders: false,
      pseudonymise: true,
    });
    await scanned(app, again.jobId);
    const [found, ...others] = await api.datasets.list();
    expect(others).toEqual([]);
    expect(found?.fingerprint).toBe(dataset.fingerprint);
    expect(
      [...ctx.store.files.readable(dataset.id)].map(({ id, relativePath }) => [id, relativePath]),
    ).toEqual(before);

    const moved = join(folder, 'moved');
    renameSync(root, moved);
    await scanned(app, (await api.datasets.relink({ id: dataset.id, root: moved })).jobId);
    expect(await api.datasets.list()).toMatchObject([{ root: moved, reachable: true }]);
    expect(
      [...ctx.store.files.readable(dataset.id)].map(({ id, relativePath }) => [id, relativePath]),
    ).toEqual(before);
    expect(
      await refusalOf(app.jobs.scan({ root: moved, labelsFromSubfolders: false, pseudonymise: false })),
    ).toMatchObject({ kind: 'pseudonyms-mismatch' });
  });

  it('leads back to its files with the key file alone, which nobody else may read', async () => {
    const { api, home, root, dataset, ctx } = await pseudonymisedFolder();
    const [file] = ctx.store.files.readable(dataset.id);
    if (file === undefined) throw new Error('there is a file');
    expect(locateFile(ctx, dataset.name, file.relativePath).startsWith(join(root, 'Meier_Hans'))).toBe(true);
    const key = keyFilePath(home, keyOf(home));
    if (process.platform !== 'win32') expect(statSync(key).mode & 0o777).toBe(0o600);

    const safe = `${key}.taken`;
    renameSync(key, safe);
    const [without] = await api.datasets.list();
    expect(without).toMatchObject({ root: null, reachable: false, counts: { readable: SLICES } });
    const missing = () => Promise.resolve().then(() => locateFile(ctx, dataset.name, file.relativePath));
    expect(await refusalOf(missing())).toMatchObject({ kind: 'key-missing' });
    expect((await refusalOf(missing())).message).toContain(key);

    renameSync(safe, key);
    expect(locateFile(ctx, dataset.name, file.relativePath)).toContain('Schichtbild');
  });
});

/** The name of the only key file. */
function keyOf(home: string): string {
  const [name = ''] = readdirSync(join(home, 'pseudonyms'));
  return name.replace('.jsonl', '');
}
