import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dicomSlice } from '../dicom-slice.ts';
import { openWindow } from '../window.ts';
import { add, copyImages } from '../workplace.ts';

const VOLUME = join(import.meta.dirname, '../../../fixtures/volumes/oblique.nii');
const page = { offset: 0, limit: 50 };

async function hospital() {
  const window = await openWindow();
  const root = join(window.folder, 'images');
  mkdirSync(root);
  const series = (patientId: string, uid: string, description: string, count: number) => {
    for (let index = 0; index < count; index++) {
      const texts = [
        [0x0008, 0x0060, 'CS', 'MR'],
        [0x0008, 0x103e, 'LO', description],
        [0x0020, 0x000e, 'UI', uid],
      ] as const;
      const slice = dicomSlice({
        patientId,
        studyInstanceUid: `1.2.${patientId}`,
        value: index * 100,
        texts,
      });
      writeFileSync(join(root, `${uid}-${index}.dcm`), slice);
    }
  };
  series('1', '1.2.3.1', 'ax FLAIR', 3);
  series('1', '1.2.3.2', 'localizer', 2);
  series('2', '1.2.3.3', 'ax T2 TSE', 1);
  copyFileSync(VOLUME, join(root, 'v.nii'));
  copyImages('fit', root, 2);
  const { id } = await add(window.app.services, root, 'hospital');
  return { ...window, root, id };
}

describe('what a dataset holds', () => {
  it('is counted: files, volumes, patients, studies and series', async () => {
    const { api, id } = await hospital();
    // The volume is a patient's, too: that of its folder or, where it lies in none, of its file.
    expect(await api.datasets.contents({ id })).toEqual({
      files: 9,
      volumes: 1,
      patients: 3,
      studies: 2,
      series: 4,
      plane: 'axial',
    });
  });

  it('lists series with their sequences, which are guesses; a person corrects one, for good', async () => {
    const { api, app, id, root } = await hospital();
    const { total, rows } = await api.datasets.series({ id, ...page });
    expect(total).toBe(4);
    const of = (list: typeof rows, description: string | null) =>
      list.find((series) => series.description === description);
    expect(of(rows, 'ax FLAIR')).toMatchObject({
      images: 3,
      modality: 'MR',
      sequence: 'FLAIR',
      isGuess: true,
    });
    expect(of(rows, 'localizer')).toMatchObject({ sequence: null, isGuess: false, isCorrected: false });
    const wrong = of(rows, 'ax T2 TSE');
    const { fileId } = wrong ?? { fileId: 0 };
    expect(await api.datasets.setSequence({ fileId, sequence: 'T1 with contrast' })).toMatchObject({
      sequence: 'T1 with contrast',
      isGuess: false,
      isCorrected: true,
    });
    const volume = of(rows, null);
    await api.datasets.setSequence({ fileId: volume?.fileId ?? 0, sequence: 'FLAIR' });
    await add(app.services, root, 'hospital');
    const again = (await api.datasets.series({ id, ...page })).rows;
    expect(of(again, 'ax T2 TSE')).toMatchObject({ sequence: 'T1 with contrast', isCorrected: true });
    expect(of(again, null)).toMatchObject({ sequence: 'FLAIR', isCorrected: true });
    expect(of(again, 'ax FLAIR')).toMatchObject({ sequence: 'FLAIR', isGuess: true });
    const trail = await api.audit.entries({ search: '', action: 'sequence corrected', ...page });
    expect(trail.rows.map(({ oldValue, newValue }) => [oldValue, newValue])).toEqual([
      [null, 'FLAIR'],
      ['T2, a guess', 'T1 with contrast'],
    ]);
  });

  it('corrects nothing of an image that is of no series', async () => {
    const { api, id, refusalOf } = await hospital();
    const { rows } = await api.datasets.files({ id, status: 'readable', search: '.png', ...page });
    const [{ id: fileId } = { id: 0 }] = rows;
    expect(await refusalOf('datasets.setSequence', { fileId, sequence: 'T2' })).toMatchObject({
      kind: 'unknown-file',
    });
  });
});
