import { createHash } from 'node:crypto';
import type { FileFinding, ReadableFile } from '../../../main/store/file-records.ts';
import type { Dataset } from '../../../main/store/datasets.ts';
import type { Model } from '../../../main/store/models.ts';
import type { Store } from '../../../main/store/open.ts';

export const SCAN_TIME = '2026-03-01T10:00:00.000Z';

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function readableFinding(
  relativePath: string,
  label: string | null = null,
): Extract<FileFinding, { status: 'readable' }> {
  return {
    relativePath,
    sizeBytes: 2048,
    modifiedMs: 1767225600123.4567,
    label,
    status: 'readable',
    sha256: sha256Of(relativePath),
    format: 'png',
    width: 32,
    height: 24,
    channels: 3,
    bitDepth: 8,
  };
}

/** The place of a file's only image in it. */
export const WHOLE_FILE = { frame: 0, plane: null, frames: 1 };

/** What a row holds beside what was found, of a file that is its only image and says nothing of itself. */
export const SAYS_NOTHING = {
  ...WHOLE_FILE,
  groupKey: null,
  notes: null,
  samples: null,
  windowed: null,
  modality: null,
  sequence: null,
  sequenceFrom: null,
  seriesDescription: null,
  patientKey: null,
  studyKey: null,
  seriesKey: null,
  position: null,
  burnedIn: null,
  look: null,
} satisfies Partial<ReadableFile>;

export function brokenFinding(relativePath: string, status: 'broken' | 'skipped' = 'broken'): FileFinding {
  return { relativePath, status, reason: 'The file is empty.' };
}

/** A dataset with files `0000.png`, `0001.png`, … and their ids in that order. */
export function datasetOf(store: Store, count: number, name = 'parts'): { dataset: Dataset; ids: number[] } {
  const dataset = store.datasets.create({ name, rootPath: `/data/${name}`, labelsFromSubfolders: false });
  const paths = Array.from({ length: count }, (_, index) => `${String(index).padStart(4, '0')}.png`);
  store.files.upsertBatch(
    dataset.id,
    paths.map((path) => readableFinding(path)),
    SCAN_TIME,
  );
  return { dataset, ids: Array.from(store.files.iterate(dataset.id), (file) => file.id) };
}

export function modelOf(store: Store, datasetId: number, name = 'glow'): Model {
  return store.models.create({
    name,
    detector: 'glow-ratio',
    settings: { steps: 8, hidden: 64 },
    preparation: { resize: [32, 32] },
    datasetId,
    datasetName: 'parts',
    generalModelId: null,
    weightsHash: sha256Of(`weights of ${name}`),
    seed: 7,
    versions: { flowscreen: '0.1.0', node: '24.21.0' },
    device: 'cpu',
    dataFingerprint: sha256Of('data'),
    metrics: { loss: 3.9 },
  });
}

/** A screening of a dataset of `count` files. */
export function screeningOf(
  store: Store,
  count: number,
): { runId: number; ids: number[]; datasetId: number } {
  const { dataset, ids } = datasetOf(store, count);
  const model = modelOf(store, dataset.id);
  const run = store.runs.start({
    kind: 'screen',
    modelId: model.id,
    datasetId: dataset.id,
    settings: {},
    seed: 1,
    device: 'cpu',
  });
  return { runId: run.id, ids, datasetId: dataset.id };
}
