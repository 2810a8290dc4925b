import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { namePrefixOf, subfolderOf } from '../../../../main/api/datasets/grouping.ts';
import { dicomSlice } from '../dicom-slice.ts';
import { openWindow } from '../window.ts';
import { add } from '../workplace.ts';

const PATIENTS = ['SMITH-4711', 'JONES-0815'];

async function hospital() {
  const window = await openWindow();
  const root = join(window.folder, 'images');
  const plant = (path: string, content: Buffer) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  };
  for (const [index, patientId] of PATIENTS.entries()) {
    for (const slice of [1, 2, 3]) {
      const studyInstanceUid = `1.2.3.${index}.${slice === 3 ? 2 : 1}`;
      plant(
        `lot${index}/s_${slice}.dcm`,
        dicomSlice({ patientId, studyInstanceUid, value: index * 900 + slice * 100 }),
      );
    }
  }
  plant('alone.dcm', dicomSlice({ value: 5 }));
  const { id } = await add(window.app.services, root, 'hospital');
  const groups = async () => {
    const { rows } = await window.api.datasets.files({ id, status: null, search: '', offset: 0, limit: 50 });
    return Object.fromEntries(rows.map(({ relativePath, group }) => [relativePath, group]));
  };
  return { ...window, root, id, groups, plant };
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

describe('groups', () => {
  it('by patient and by study come from the files, and only hashes are kept', async () => {
    const { api, id, groups, home } = await hospital();
    // Found by the scan: nobody had to ask for it.
    expect((await api.datasets.list()).map(({ grouping, groups: count }) => [grouping, count])).toEqual([
      ['patient', 3],
    ]);
    const byPatient = await groups();
    expect(byPatient['lot0/s_1.dcm']).toBe(byPatient['lot0/s_3.dcm']);
    expect(byPatient['lot0/s_1.dcm']).not.toBe(byPatient['lot1/s_1.dcm']);
    expect(byPatient['alone.dcm']).toBeNull();
    expect(await api.datasets.setGrouping({ id, grouping: 'study' })).toMatchObject({ groups: 5 });
    expect(await api.datasets.setGrouping({ id, grouping: 'image' })).toMatchObject({ groups: 7 });
    expect(await api.datasets.setGrouping({ id, grouping: 'patient' })).toMatchObject({ groups: 3 });
    expect(await groups()).toEqual(byPatient);
    for (const path of filesBelow(home)) {
      const content = readFileSync(path).toString('latin1');
      for (const identifier of [...PATIENTS, '1.2.3.0.1']) expect(content, path).not.toContain(identifier);
    }
    const { rows } = await api.audit.entries({ search: '', action: 'grouping changed', offset: 0, limit: 9 });
    expect(rows.map(({ oldValue, newValue }) => [oldValue, newValue])).toEqual([
      ['image', 'patient'],
      ['study', 'image'],
      ['patient', 'study'],
    ]);
  });

  it('by folder and by name come from the paths', async () => {
    const { api, id, groups } = await hospital();
    expect((await api.datasets.setGrouping({ id, grouping: 'subfolder' })).groups).toBe(3);
    expect(await groups()).toMatchObject({ 'lot1/s_2.dcm': 'lot1', 'alone.dcm': null });
    expect((await api.datasets.setGrouping({ id, grouping: 'name-prefix' })).groups).toBe(3);
    expect((await groups())['lot1/s_2.dcm']).toBe('lot1/s');
    expect((await api.datasets.setGrouping({ id, grouping: 'image' })).groups).toBe(7);
  });

  it('hold for what a later scan finds', async () => {
    const { api, app, id, root, groups, plant } = await hospital();
    await api.datasets.setGrouping({ id, grouping: 'patient' });
    const before = await groups();
    plant('lot0/s_9.dcm', dicomSlice({ patientId: 'SMITH-4711', value: 7000 }));
    plant('lot1/s_1.dcm', dicomSlice({ patientId: 'SMITH-4711', value: 8000 }));
    await add(app.services, root, 'hospital');
    const after = await groups();
    expect(after['lot0/s_9.dcm']).toBe(before['lot0/s_1.dcm']);
    expect(after['lot1/s_1.dcm']).toBe(before['lot0/s_1.dcm']);
    expect(after['lot1/s_2.dcm']).toBe(before['lot1/s_2.dcm']);
  });

  it.each([
    ['a/lot7_0012.png', 'a/lot7'],
    ['lot7-12.png', 'lot7'],
    ['HG-15_slice_072.nii.png', null],
    ['HG-15_slice_072.png', 'HG-15_slice'],
    ['0012.png', null],
    ['_12.png', null],
  ])('the prefix of %s is %s', (path, prefix) => {
    expect(namePrefixOf(path)).toBe(prefix);
  });

  it.each([
    ['p1/s1/a.png', null, false, 'p1'],
    ['a.png', null, false, null],
    ['normal/p1/a.png', 'normal', true, 'normal/p1'],
    ['normal/a.png', 'normal', true, null],
  ])('the folder of %s with label %s is …', (relativePath, label, labels, group) => {
    expect(subfolderOf({ relativePath, label }, labels)).toBe(group);
  });
});
