import { describe, expect, it } from 'vitest';
import type { EncoderSummary, Job } from '../../../preload/contract.ts';
import { NormalisationName } from '../../../preload/contract.ts';
import {
  NORMALISATIONS,
  imagesText,
  mapText,
  normalisationText,
  originText,
  takesText,
} from '../../../renderer/components/encoders/encoder-text.ts';
import { outcomeText, placeOf, progressText } from '../../../renderer/job-text.ts';

const encoder: EncoderSummary = {
  id: 2,
  name: 'own',
  source: 'trained',
  use: '',
  dimensions: 64,
  grid: { height: 4, width: 8, dimensions: 1024 },
  hasGrid: true,
  size: { height: 32, width: 64 },
  channels: 1,
  normalisation: 'minus-one-to-one',
  bytes: 1000,
  sha256: '0'.repeat(64),
  createdAt: '2026-01-01T00:00:00Z',
  training: {
    dataset: 'mri',
    preset: 'tiny',
    seed: 1,
    steps: 4000,
    heldOutLoss: 2.345,
    images: 10,
    heldOutImages: 2,
    seconds: 3,
    device: 'CPU',
    preparation: 'resize',
  },
  models: [],
};
const builtIn: EncoderSummary = {
  ...encoder,
  id: null,
  source: 'built-in',
  grid: null,
  size: null,
  channels: null,
  training: null,
};

describe('an encoder in words', () => {
  it('says what it takes and gives, as far as that does not depend on the images', () => {
    expect(imagesText(encoder)).toBe('64 × 32, grey');
    expect(takesText(encoder)).toBe('grey images of 64 × 32 pixels');
    expect(mapText(encoder)).toBe('8 × 4 places of 1,024');
    expect(mapText({ ...encoder, size: null })).toBe('places of 1,024');
    expect(mapText({ ...encoder, hasGrid: false, grid: null })).toBe('none');
    expect([imagesText(builtIn), takesText(builtIn), mapText(builtIn)]).toEqual([
      'any size',
      'images of any size',
      'yes',
    ]);
  });

  it('says where it comes from', () => {
    expect(originText(encoder)).toBe('trained on mri: tiny, 4,000 steps, 2.35 nats held out');
    expect(originText({ ...encoder, source: 'file', training: null })).toBe('from a file');
    expect(originText(builtIn)).toBe('built in');
  });

  it('has words for every usual normalisation, and numbers for others', () => {
    expect(NORMALISATIONS.map(({ value }) => value)).toEqual(NormalisationName.options);
    expect(normalisationText('zero-to-one')).toBe('From 0 to 1');
    expect(normalisationText('mean 1; deviation 2')).toBe('mean 1; deviation 2');
    expect(normalisationText(null)).toBe('–');
  });
});

describe('the training of an encoder as a job', () => {
  const job: Extract<Job, { kind: 'train-encoder' }> = {
    kind: 'train-encoder',
    id: 1,
    title: 'Train own',
    status: 'running',
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: null,
    device: 'CPU',
    runId: 7,
    phase: 'training',
    done: 20,
    total: 400,
    imagesPerSecond: 120,
    secondsLeft: 45,
    notices: [],
    error: null,
    resumable: false,
    datasetId: 3,
    encoderId: null,
    loss: 4.5,
    heldOutLoss: null,
    rejectedSteps: 0,
  };

  it('tells how far it is, and how well it learns', () => {
    expect(progressText(job)).toBe('training · 20 of 400 steps · 120 images/s · 45 s left · 4.50 nats');
    expect(progressText({ ...job, heldOutLoss: 3.2 })).toMatch(/4\.50 nats \(held out 3\.20\)$/);
    expect(progressText({ ...job, loss: null })).toMatch(/45 s left$/);
  });

  it('leads to the list of encoders', () => {
    expect(outcomeText({ ...job, status: 'done' })).toBe('The encoder is ready.');
    expect(placeOf(job)?.to).toEqual({ name: 'encoders' });
  });
});
