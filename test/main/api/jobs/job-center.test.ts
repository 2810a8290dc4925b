/** What a window sees of jobs, with real services and jobs in real processes. */
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FitRequest, Job } from '../../../../preload/contract.ts';
import { createChanges } from '../../../../main/api/changes.ts';
import type { Context } from '../../../../main/api/context.ts';
import { type JobCenter, createJobCenter } from '../../../../main/api/jobs/job-center.ts';
import { fitPoints, listRuns } from '../../../../main/api/jobs/runs.ts';
import { forkJobProcess } from '../../../../main/jobs/forked-process.ts';
import type { JobProcess } from '../../../../main/jobs/job-process.ts';
import { ended, watched } from '../ended-job.ts';
import { EXAMPLE, add, copyImages, temporaryContext, temporaryFolder } from '../workplace.ts';

interface Workplace {
  readonly ctx: Context;
  readonly jobs: JobCenter;
  readonly processes: JobProcess[];
  /** Topics that were announced. */
  readonly topics: Set<string>;
}

async function workplace(home?: string): Promise<Workplace> {
  const processes: JobProcess[] = [];
  const ctx = await temporaryContext(home, (workload) => {
    const process = forkJobProcess(workload);
    processes.push(process);
    return process;
  });
  const topics = new Set<string>();
  const all = createChanges();
  const changes = {
    ...all,
    announce: (topic: Parameters<typeof all.announce>[0]) => {
      topics.add(topic);
      all.announce(topic);
    },
  };
  const jobs = createJobCenter({
    services: ctx,
    changes,
    logFailure: (what, error) => {
      throw new Error(what, { cause: error });
    },
  });
  onTestFinished(() => jobs.close());
  return { ctx, jobs, processes, topics };
}

const hasEnded = ({ endedAt }: Job) => endedAt !== null;

async function flair(ctx: Context): Promise<number> {
  return (await add(ctx, join(EXAMPLE, 'fit'), 'flair')).id;
}

function request(datasetId: number, changes: Partial<FitRequest> = {}): FitRequest {
  return {
    datasetId,
    name: 'small',
    detector: 'glow',
    preset: 'tiny',
    generalModelId: null,
    generalDatasetId: null,
    exposure: null,
    encoder: null,
    seed: 7,
    steps: 20,
    preparation: { fit: 'resize', width: 32, height: 32, channels: 1 },
    intensity: null,
    label: null,
    flipHorizontally: false,
    softened: false,
    ...changes,
  };
}

describe('the jobs of a window', () => {
  it('scan, fit and screen, and are seen by two windows', async () => {
    const { ctx, jobs, topics } = await workplace();
    const scan = await jobs.scan({ root: join(EXAMPLE, 'fit'), name: 'flair', labelsFromSubfolders: false });
    expect(await ended(jobs, scan)).toMatchObject({
      kind: 'scan',
      status: 'done',
      readable: 77,
      datasetId: 1,
    });

    const fit = await jobs.fit(request(1));
    const [one, other] = await Promise.all([watched(jobs, fit, hasEnded), watched(jobs, fit, hasEnded)]);
    const last = one.at(-1);
    expect(last).toMatchObject({ kind: 'fit', status: 'done', done: 20, total: 20, modelId: 1, runId: 1 });
    expect(other.at(-1)).toEqual(last);
    expect(one.length).toBeGreaterThan(2);

    const screen = await jobs.screen({ modelId: 1, datasetId: 1, restart: false });
    expect(await ended(jobs, screen)).toMatchObject({ kind: 'screen', status: 'done', done: 77, failed: 0 });
    expect([...topics].sort()).toEqual(['audit', 'datasets', 'models', 'scores']);
    expect(jobs.list().map(({ title }) => title)).toEqual(['Scan flair', 'Fit small', 'Screen flair']);

    const points = fitPoints(ctx, 1, 0);
    expect(points.map(({ step }) => step)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    expect(points.filter((point) => point.heldOutLoss !== null)).toHaveLength(10);
    expect(fitPoints(ctx, 1, 18).map(({ step }) => step)).toEqual([19, 20]);
    const runs = listRuns(ctx, { kind: null, modelId: null, datasetId: null });
    expect(runs.map(({ kind, name, status }) => ({ kind, name, status }))).toEqual([
      { kind: 'screen', name: 'small', status: 'done' },
      { kind: 'fit', name: 'small', status: 'done' },
    ]);
    expect(runs[1]?.heldOutLoss).toBe(points.findLast((point) => point.step === 20)?.heldOutLoss);
    const actions = ctx.store.audit.page({ offset: 0, limit: 100 }).rows.map(({ action }) => action);
    expect(actions.reverse()).toEqual([
      'dataset added',
      'dataset scanned',
      'run started',
      'model fitted',
      'run started',
    ]);
  });

  it('are stopped, fail when their process is killed, and go on', async () => {
    const { ctx, jobs, processes } = await workplace();
    const datasetId = await flair(ctx);
    const first = await jobs.fit(request(datasetId, { steps: 1000 }));
    await watched(jobs, first, (job) => job.done >= 2);
    expect(jobs.stop(first).status).toBe('stopping');
    const stopped = await ended(jobs, first);
    expect(stopped).toMatchObject({
      status: 'stopped',
      resumable: true,
      error: { kind: 'interrupted' },
      runId: 1,
    });
    expect(jobs.stop(first)).toEqual(stopped);

    const second = await jobs.resume(1);
    await expect(jobs.resume(1)).rejects.toMatchObject({ kind: 'cannot-resume' });
    expect(jobs.list()[0]?.resumable).toBe(false);
    await watched(jobs, second, (job) => job.done > stopped.done);
    processes.at(-1)?.kill();
    expect(await ended(jobs, second)).toMatchObject({
      status: 'failed',
      resumable: true,
      error: { kind: 'process-died' },
    });
    expect(listRuns(ctx, { kind: 'fit', modelId: null, datasetId })[0]).toMatchObject({
      status: 'failed',
      resumable: true,
      name: 'small',
      preset: 'tiny',
    });
    const third = await jobs.resume(1);
    const seen = await watched(jobs, third, (job) => job.total !== null);
    expect(seen.at(-1)?.done).toBeGreaterThanOrEqual(stopped.done);
    await jobs.close();
    expect(jobs.list().map(({ status }) => status)).toEqual(['stopped', 'failed', 'stopped']);
    const actions = ctx.store.audit.page({ offset: 0, limit: 100 }).rows.map(({ action }) => action);
    expect(actions.filter((action) => action.startsWith('run')).reverse()).toEqual([
      'run started',
      'run stopped',
      'run resumed',
      'run resumed',
      'run stopped',
    ]);
  });

  it('refuse at once what cannot be done, and leave nothing', async () => {
    const { ctx, jobs } = await workplace();
    const datasetId = await flair(ctx);
    await expect(jobs.fit(request(99))).rejects.toMatchObject({ kind: 'unknown-dataset' });
    await expect(jobs.fit(request(datasetId, { generalModelId: 5 }))).rejects.toMatchObject({
      kind: 'unknown-model',
    });
    await expect(jobs.screen({ modelId: 3, datasetId, restart: false })).rejects.toMatchObject({
      kind: 'unknown-model',
    });
    await expect(jobs.resume(12)).rejects.toMatchObject({ kind: 'unknown-run' });
    expect(() => jobs.stop(4)).toThrow('There is no job with the number 4');
    const nowhere = join(temporaryFolder(), 'nowhere');
    const scan = { root: nowhere, labelsFromSubfolders: false };
    await expect(jobs.scan(scan)).rejects.toMatchObject({ kind: 'not-found', path: nowhere });
    const elsewhere = { root: join(EXAMPLE, 'screen'), name: 'flair', labelsFromSubfolders: false };
    await expect(jobs.scan(elsewhere)).rejects.toMatchObject({ kind: 'name-taken' });
    expect(jobs.list()).toEqual([]);
    expect(ctx.store.runs.list()).toEqual([]);
  });

  it('scan folders with broken files and without images', async () => {
    const { jobs } = await workplace();
    const folder = join(temporaryFolder(), 'mixed');
    copyImages('fit', folder, 3);
    cpSync(join(EXAMPLE, 'README.md'), join(folder, 'broken.png'));
    const mixed = await jobs.scan({ root: folder, labelsFromSubfolders: false });
    expect(await ended(jobs, mixed)).toMatchObject({ status: 'done', readable: 3 });
    const empty = temporaryFolder();
    const nothing = await jobs.scan({ root: empty, labelsFromSubfolders: false });
    expect(await ended(jobs, nothing)).toMatchObject({
      status: 'failed',
      resumable: false,
      error: { kind: 'no-images' },
    });
    rmSync(empty, { recursive: true });
  });
});
