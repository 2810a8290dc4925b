import { describe, expect, it } from 'vitest';
import { type DatasetSummary, FitRequest, type ModelSummary } from '../../../preload/contract.ts';
import {
  type FitForm,
  fitRequest,
  imagesFor,
  planSentence,
  presetAllowed,
  proposeName,
} from '../../../renderer/components/fit/fit-form.ts';

const form: FitForm = {
  datasetId: 3,
  label: null,
  generalModelId: null,
  detector: 'glow',
  generalDatasetId: null,
  exposure: null,
  encoder: null,
  preset: 'quick',
  name: '  brain ',
  seed: 1,
  steps: null,
  preparation: null,
  intensity: null,
  flipHorizontally: true,
};

const dataset: DatasetSummary = {
  id: 3,
  name: 'castings',
  root: '/data/castings',
  reachable: true,
  labelsFromSubfolders: true,
  pseudonymised: false,
  grouping: 'image',
  groups: 1200,
  fingerprint: null,
  lastScannedAt: null,
  counts: { readable: 1200, skipped: 0, broken: 0 },
  labels: [
    { label: 'good', count: 1 },
    { label: 'scratch', count: 1199 },
  ],
};

const general: ModelSummary = {
  id: 1,
  name: 'all parts',
  detector: 'glow',
  detectorTitle: 'Glow',
  preset: 'balanced',
  datasetId: 2,
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

describe('the request of a fit', () => {
  it('is one that the contract takes', () => {
    const request = fitRequest(form);
    expect(FitRequest.parse(request)).toEqual({ ...request, name: 'brain', datasetId: 3 });
  });

  it('waits for a dataset and a name', () => {
    expect(fitRequest({ ...form, datasetId: null })).toBeNull();
    expect(fitRequest({ ...form, name: '  ' })).toBeNull();
  });
});

describe('the proposed name', () => {
  it('is the first that is free', () => {
    expect(proposeName('brain', null, new Set())).toBe('brain');
    expect(proposeName('brain', 'good', new Set(['brain']))).toBe('brain good');
    expect(proposeName('brain', null, new Set(['brain', 'brain 2']))).toBe('brain 3');
  });

  it('fits into what the contract takes, however long the dataset is called', () => {
    const long = 'x'.repeat(200);
    const taken = new Set([proposeName(long, null, new Set())]);
    expect(proposeName(long, null, taken).length).toBeLessThanOrEqual(200);
  });
});

describe('what will happen', () => {
  it('is said in a sentence', () => {
    expect(
      planSentence({
        name: 'castings',
        dataset,
        label: null,
        general,
        estimate: { steps: 4000, seconds: 750, basis: '' },
      }),
    ).toBe(
      'Fits “castings” to the 1,200 images of “castings”, starting from the weights of “all parts”, in 4,000 steps, ' +
        'about 13 min on this machine. About a tenth of the images is held out to check it and to set thresholds.',
    );
  });

  it('leaves out what is not known, and says which images', () => {
    const sentence = planSentence({
      name: 'a',
      dataset,
      label: 'good',
      general: null,
      estimate: { steps: 9, seconds: null, basis: '' },
    });
    expect(sentence).toContain(
      'to the 1 image labelled “good” of “castings”, starting from nothing, in 9 steps.',
    );
  });

  it('counts the images of a label', () => {
    expect(imagesFor(dataset, null)).toBe(1200);
    expect(imagesFor(dataset, 'scratch')).toBe(1199);
    expect(imagesFor(dataset, 'gone')).toBe(0);
  });

  it('keeps to the preset of the general model', () => {
    expect(presetAllowed('quick', null)).toBe(true);
    expect(presetAllowed('quick', general)).toBe(false);
    expect(presetAllowed('balanced', general)).toBe(true);
  });
});
