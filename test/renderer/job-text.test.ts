import { describe, expect, it } from 'vitest';
import type { Job } from '../../preload/contract.ts';
import { outcomeText, progressText, shareDone } from '../../renderer/job-text.ts';

const fit: Extract<Job, { kind: 'fit' }> = {
  kind: 'fit',
  id: 1,
  title: 'Fit castings',
  status: 'running',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: null,
  device: 'CPU',
  runId: 7,
  phase: 'fitting',
  done: 20,
  total: 400,
  imagesPerSecond: 120,
  secondsLeft: 45,
  notices: [],
  error: null,
  resumable: false,
  datasetId: 3,
  modelId: null,
  loss: 0.5,
  heldOutLoss: 0.4,
  unit: 'loss',
  rejectedSteps: 0,
  unstable: false,
};
const computed = { ...fit, done: 0, total: 0, imagesPerSecond: null, secondsLeft: null, unit: null };

describe('how far a fit is', () => {
  it('is told in steps', () => {
    expect(progressText(fit)).toBe('fitting · 20 of 400 steps · 120 images/s · 45 s left');
  });

  it('is told without steps where the detector is computed', () => {
    expect(progressText(computed)).toBe('fitting');
    expect(shareDone(computed)).toBeNull();
  });
});

describe('what a fit came to', () => {
  it('is told by its own measure', () => {
    expect(outcomeText({ ...fit, status: 'done', unit: 'nats' })).toBe(
      'The model is ready: 0.400 nats on held-out images.',
    );
    expect(outcomeText({ ...fit, status: 'done' })).toBe(
      'The model is ready: loss 0.400 on held-out images.',
    );
  });

  it('is just a model where nothing is measured', () => {
    expect(outcomeText({ ...computed, status: 'done', heldOutLoss: null })).toBe('The model is ready.');
  });
});
