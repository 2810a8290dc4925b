import { describe, expect, it } from 'vitest';
import type { RunSummary } from '../../../preload/contract.ts';
import { heldOutCurve, joinPoints, trainingCurve } from '../../../renderer/components/fit/fit-curves.ts';
import { type FitJob, rejectedSentence, runState } from '../../../renderer/components/fit/run-state.ts';

const run: RunSummary = {
  id: 5,
  kind: 'fit',
  status: 'running',
  name: 'brain',
  modelId: null,
  datasetId: 1,
  dataset: 'brain',
  preset: 'quick',
  seed: 1,
  device: 'CPU',
  startedAt: '2026-01-01T00:00:00Z',
  finishedAt: null,
  error: null,
  detector: 'Glow',
  heldOutLoss: null,
  unit: 'bits-per-dimension',
  resumable: false,
};

const job: FitJob = {
  id: 1,
  kind: 'fit',
  title: 'Fit brain',
  status: 'running',
  startedAt: '2026-01-01T00:00:00Z',
  endedAt: null,
  device: 'CPU',
  runId: 5,
  phase: 'fitting',
  done: 10,
  total: 100,
  imagesPerSecond: null,
  secondsLeft: null,
  notices: [],
  error: null,
  resumable: false,
  datasetId: 1,
  modelId: null,
  loss: null,
  heldOutLoss: null,
  unit: 'bits-per-dimension',
  rejectedSteps: 0,
  unstable: false,
};

describe('where a run stands', () => {
  it('is what its job says, where there is one', () => {
    expect(runState({ ...run, status: 'interrupted' }, job)).toEqual({ kind: 'running', stopping: false });
    expect(runState(run, { ...job, status: 'stopping' })).toEqual({ kind: 'running', stopping: true });
    expect(runState(run, { ...job, status: 'stopped', resumable: true })).toEqual({
      kind: 'paused',
      resumable: true,
      reason: null,
    });
    expect(
      runState(run, { ...job, status: 'failed', error: { kind: 'disk-full', message: 'The disk is full.' } }),
    ).toEqual({ kind: 'failed', resumable: false, reason: 'The disk is full.' });
    expect(runState(run, { ...job, status: 'done' })).toEqual({ kind: 'done' });
  });

  it('is what was recorded, after a restart', () => {
    expect(runState({ ...run, status: 'interrupted', resumable: true }, null)).toEqual({
      kind: 'paused',
      resumable: true,
      reason: null,
    });
    expect(runState({ ...run, status: 'failed', error: 'Why.' }, null)).toMatchObject({ reason: 'Why.' });
    expect(runState({ ...run, status: 'done' }, null)).toEqual({ kind: 'done' });
  });

  it('says what rejected steps mean', () => {
    expect(rejectedSentence(0)).toBeNull();
    expect(rejectedSentence(1)).toMatch(/^1 step was left out/);
    expect(rejectedSentence(3)).toMatch(/^3 steps were left out/);
  });
});

describe('the curves of a run', () => {
  const point = (step: number, training: number | null, heldOut: number | null = null) => ({
    step,
    loss: training,
    heldOutLoss: heldOut,
    imagesPerSecond: null,
  });

  it('have a point where there is a figure', () => {
    const points = [point(1, 5), point(2, null, 4.5), point(3, 4)];
    expect(trainingCurve(points)).toEqual([
      { x: 1, y: 5 },
      { x: 3, y: 4 },
    ]);
    expect(heldOutCurve(points)).toEqual([{ x: 2, y: 4.5 }]);
  });

  it('go on from the checkpoint where a run was resumed', () => {
    const before = [point(1, 5), point(2, 4), point(3, 3)];
    expect(joinPoints(before, [point(2, 4.1), point(3, 3.1), point(4, 2)]).map(({ step }) => step)).toEqual([
      1, 2, 3, 4,
    ]);
    expect(joinPoints(before, [])).toBe(before);
  });
});
