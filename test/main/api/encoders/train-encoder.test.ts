/** Encoders that are trained on a folder: real images, real processes. */
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { EncoderSummary } from '../../../../preload/contract.ts';
import type { Context } from '../../../../main/api/context.ts';
import { encoderRuns } from '../../../../main/api/encoders/encoder-runs.ts';
import { encoderChoice, listEncoders } from '../../../../main/api/encoders/encoders.ts';
import { createJobCenter } from '../../../../main/api/jobs/job-center.ts';
import { fitPoints, listRuns } from '../../../../main/api/jobs/runs.ts';
import {
  type EncoderEvent,
  type EncoderRequest,
  resumeEncoder,
  trainEncoder,
} from '../../../../main/api/encoders/train-encoder.ts';
import { openUncached } from '../../../../main/jobs/encoder-choice.ts';
import { forkJobProcess } from '../../../../main/jobs/forked-process.ts';
import { cpuEnvironment } from '../../../models/cpu-environment.ts';
import { ended, watched } from '../ended-job.ts';
import { EXAMPLE, add, copyImages, refusalOf, temporaryContext, temporaryFolder } from '../workplace.ts';

const REQUEST: EncoderRequest = {
  dataset: 'flair',
  name: 'own',
  preset: 'tiny',
  seed: 5,
  steps: 6,
  preparation: { fit: 'resize', width: 32, height: 32, channels: 1 },
  label: null,
  flipHorizontally: false,
};

async function withImages(process = false): Promise<Context> {
  const ctx = await temporaryContext(temporaryFolder(), process ? forkJobProcess : undefined);
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  return ctx;
}

function hooks(onEvent: (event: EncoderEvent) => void = () => undefined) {
  const stopping = new AbortController();
  return { signal: stopping.signal, onEvent, stop: () => stopping.abort() };
}

/** Trained until the third step, stopped, and gone on with. */
async function inTwoSessions(ctx: Context): Promise<EncoderSummary> {
  const first = hooks((event) => {
    if (event.kind === 'step' && event.step === 3) first.stop();
  });
  const stopped = await refusalOf(trainEncoder(ctx, REQUEST, first));
  expect(stopped).toMatchObject({ kind: 'interrupted' });
  const [run] = encoderRuns(ctx);
  expect(run).toMatchObject({ name: 'own', dataset: 'flair', status: 'interrupted', steps: 6 });
  const from: number[] = [];
  const second = hooks((event) => {
    if (event.kind === 'started') from.push(event.fromStep);
  });
  const encoder = await resumeEncoder(ctx, 'latest', second);
  expect(from).toEqual([run?.step]);
  expect(from[0]).toBeGreaterThanOrEqual(3);
  return encoder;
}

describe('an encoder that is trained here', () => {
  it('is kept with everything needed to train it again', async () => {
    const ctx = await withImages();
    const events: EncoderEvent[] = [];
    const encoder = await trainEncoder(
      ctx,
      REQUEST,
      hooks((event) => events.push(event)),
    );
    expect(encoder).toMatchObject({
      name: 'own',
      source: 'trained',
      channels: 1,
      size: { height: 32, width: 32 },
      normalisation: 'minus-one-to-one',
      training: {
        dataset: 'flair',
        preset: 'tiny',
        seed: 5,
        steps: 6,
        preparation: 'resize 32x32 grey, values as each file says',
      },
    });
    expect(encoder.training?.heldOutLoss).toBeGreaterThan(0);
    expect(listEncoders(ctx).map(({ name }) => name)).toEqual(['filter-bank', 'own']);
    const kinds = new Set(events.map(({ kind }) => kind));
    expect([...kinds]).toEqual(expect.arrayContaining(['compiling', 'started', 'step', 'evaluation']));
    expect(encoderRuns(ctx)).toEqual([]);
    // What it learned shows in no list of fits.
    expect(listRuns(ctx, { kind: null, modelId: null, datasetId: null })).toEqual([]);
    const [run] = ctx.store.runs.list({ kind: 'encoder' });
    expect(run).toMatchObject({ status: 'done', seed: 5 });
    expect(fitPoints(ctx, run?.id ?? 0, 0).length).toBeGreaterThan(5);
    const used = await openUncached(await cpuEnvironment(), encoderChoice(ctx, 'own'), {
      channels: 1,
      height: 32,
      width: 32,
    });
    expect({ dimensions: used.dimensions, grid: used.grid }).toEqual({
      dimensions: encoder.dimensions,
      grid: encoder.grid,
    });
    await used.dispose();
  });

  it('is the same to the last bit where it was stopped and gone on with', async () => {
    const whole = await trainEncoder(await withImages(), REQUEST, hooks());
    const parts = await inTwoSessions(await withImages());
    expect(parts.sha256).toBe(whole.sha256);
    expect(parts.training?.heldOutLoss).toBe(whole.training?.heldOutLoss);
  });

  it('is refused where its name is taken, or nothing can be told apart', async () => {
    const ctx = await withImages();
    const taken = await refusalOf(trainEncoder(ctx, { ...REQUEST, name: 'filter-bank' }, hooks()));
    expect(taken.kind).toBe('name-taken');
    const few = join(temporaryFolder(), 'few');
    copyImages('fit', few, 3);
    await add(ctx, few, 'few');
    const refused = await refusalOf(trainEncoder(ctx, { ...REQUEST, dataset: 'few' }, hooks()));
    expect(refused.kind).toBe('too-few-images');
    expect(encoderRuns(ctx)).toEqual([]);
  });
});

describe('the training of an encoder as a job of a window', () => {
  it('is stopped, gone on with in another process, and leads to the encoder', async () => {
    const ctx = await withImages(true);
    const topics = new Set<string>();
    const jobs = createJobCenter({
      services: ctx,
      changes: { announce: (topic) => void topics.add(topic) },
      logFailure: (what, error) => {
        throw new Error(what, { cause: error });
      },
    });
    onTestFinished(() => jobs.close());
    const [flair] = ctx.store.datasets.list();
    const first = await jobs.trainEncoder({
      datasetId: flair?.id ?? 0,
      name: 'own',
      preset: 'tiny',
      seed: 5,
      steps: 40,
      preparation: { fit: 'resize', width: 32, height: 32, channels: 1 },
      intensity: null,
      label: null,
      flipHorizontally: false,
    });
    await watched(jobs, first, ({ done }) => done > 0);
    jobs.stop(first);
    const stopped = await ended(jobs, first);
    expect(stopped).toMatchObject({ kind: 'train-encoder', status: 'stopped', resumable: true });
    const second = await jobs.resume(stopped.runId ?? 0);
    const done = await ended(jobs, second);
    expect(done).toMatchObject({ status: 'done', title: 'Train own', done: 40, total: 40 });
    const [, own] = listEncoders(ctx);
    expect(done).toMatchObject({ encoderId: own?.id });
    expect(topics).toContain('encoders');
  });
});
