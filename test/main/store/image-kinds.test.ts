import { describe, expect, it } from 'vitest';
import { SCAN_TIME, brokenFinding, datasetOf, readableFinding } from './samples.ts';
import { temporaryStore } from './temporary-folder.ts';

const ct = (path: string) => ({
  ...readableFinding(path, 'chest'),
  format: 'dicom',
  channels: 1,
  bitDepth: 12,
  samples: 'unsigned' as const,
  windowed: true,
  modality: 'CT',
});

function hospital() {
  const store = temporaryStore();
  const { dataset } = datasetOf(store, 0);
  const { id } = dataset;
  store.files.upsertBatch(
    id,
    [readableFinding('a.png'), ct('b.dcm'), ct('c.dcm'), brokenFinding('d.png')],
    SCAN_TIME,
  );
  const other = datasetOf(store, 5, 'other');
  return { store, id, other: other.dataset.id };
}

describe('the kinds of images of a dataset', () => {
  it('are counted, the most common first, without what cannot be read', () => {
    const { store, id } = hospital();
    const shape = { width: 32, height: 24 };
    expect(store.files.kinds(id, null)).toEqual([
      {
        ...shape,
        format: 'dicom',
        channels: 1,
        bitDepth: 12,
        samples: 'unsigned',
        windowed: true,
        modality: 'CT',
        sequence: null,
        count: 2,
      },
      {
        ...shape,
        format: 'png',
        channels: 3,
        bitDepth: 8,
        samples: null,
        windowed: null,
        modality: null,
        sequence: null,
        count: 1,
      },
    ]);
  });

  it('are those of a label, where one is given', () => {
    const { store, id } = hospital();
    expect(store.files.kinds(id, 'chest').map(({ count }) => count)).toEqual([2]);
    expect(store.files.kinds(id, 'head')).toEqual([]);
  });
});

describe('images spread over a dataset', () => {
  it('are as many as asked for, or all there are, in their order', () => {
    const { store, id, other } = hospital();
    const paths = (dataset: number, label: string | null, most: number) =>
      store.files.spread(dataset, label, most).map(({ relativePath }) => relativePath);
    expect(paths(id, null, 4)).toEqual(['a.png', 'b.dcm', 'c.dcm']);
    expect(paths(id, 'chest', 1)).toEqual(['c.dcm']);
    expect(paths(id, 'head', 4)).toEqual([]);
    // Five images in two halves: the middle of each.
    expect(paths(other, null, 2)).toEqual(['0001.png', '0003.png']);
  });
});
