import type {
  DatasetSummary,
  DetectorSummary,
  EncoderSummary,
  ModelSummary,
} from '../../../preload/contract.ts';
import type { FitLists } from '../../../renderer/components/fit/fit-plan.ts';

const NO_NEEDS: DetectorSummary['needs'] = {
  general: 'none',
  generalModel: 'none',
  exposure: 'none',
  encoder: 'none',
  classes: 'none',
};

export function detectorOf(
  id: string,
  needs: Partial<DetectorSummary['needs']>,
  rest: Partial<DetectorSummary> = {},
): DetectorSummary {
  return {
    id,
    title: id,
    use: 'Whenever.',
    source: 'A paper.',
    kind: 'trained',
    needs: { ...NO_NEEDS, ...needs },
    generalModelOf: id,
    hasMaps: true,
    unit: 'loss',
    ...rest,
  };
}

export const glow = detectorOf(
  'glow',
  { general: 'optional', generalModel: 'optional' },
  { title: 'Glow', unit: 'bits-per-dimension' },
);
export const kinds = detectorOf(
  'kinds',
  { classes: 'required', generalModel: 'optional' },
  { generalModelOf: 'glow' },
);
export const nearest = detectorOf('nearest', { encoder: 'required' }, { kind: 'computed', unit: null });
export const contrast = detectorOf('contrast', {
  general: 'one-of',
  exposure: 'one-of',
  encoder: 'required',
});
export const classifier = detectorOf('classifier', { exposure: 'required' }, { hasMaps: false });

export function datasetOf(
  id: number,
  name: string,
  labels: DatasetSummary['labels'] = [{ label: null, count: 600 }],
): DatasetSummary {
  const readable = labels.reduce((sum, { count }) => sum + count, 0);
  return {
    id,
    name,
    root: `/data/${name}`,
    reachable: true,
    labelsFromSubfolders: labels.some(({ label }) => label !== null),
    pseudonymised: false,
    grouping: 'image',
    groups: readable,
    fingerprint: null,
    lastScannedAt: null,
    counts: { readable, skipped: 0, broken: 0 },
    labels,
  };
}

export const castings = datasetOf(3, 'castings', [
  { label: 'good', count: 1 },
  { label: 'scratch', count: 1149 },
  { label: 'dent', count: 40 },
  { label: null, count: 10 },
]);
export const parts = datasetOf(4, 'parts');
export const onlyGood = datasetOf(5, 'only good', [{ label: 'good', count: 9 }]);

export const allParts: ModelSummary = {
  id: 1,
  name: 'all parts',
  detector: 'glow',
  detectorTitle: 'Glow',
  invertible: true,
  preset: 'balanced',
  datasetId: 4,
  dataset: 'parts',
  generalModelId: null,
  general: null,
  generalImages: null,
  exposure: null,
  encoder: null,
  seed: 1,
  device: 'CPU',
  createdAt: '2026-01-01T00:00:00Z',
  heldOutLoss: 3.5,
  unit: 'bits-per-dimension',
  images: 1000,
  heldOutImages: 100,
  dataFingerprint: '',
  inputs: null,
  preparation: 'resize 64x64 grey',
  scores: ['likelihood'],
  colourScales: {},
};

export function encoderOf(name: string): EncoderSummary {
  return {
    id: null,
    name,
    source: 'built-in',
    use: 'Edges and colours.',
    dimensions: null,
    grid: null,
    hasGrid: true,
    size: null,
    channels: null,
    normalisation: null,
    bytes: null,
    sha256: null,
    createdAt: null,
    training: null,
    models: [],
  };
}

export const lists: FitLists = {
  detectors: [glow, kinds, nearest, contrast, classifier],
  datasets: [castings, parts, onlyGood],
  models: [allParts],
  encoders: [encoderOf('filters'), encoderOf('mine')],
};
