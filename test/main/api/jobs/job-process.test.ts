/** Jobs in processes of their own: real ones, that are really killed. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fitModel, resumeFit } from '../../../../main/api/fit/fit.ts';
import { heatmap } from '../../../../main/api/pictures/heatmap.ts';
import { fitRunProgress } from '../../../../main/api/models/records.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { forkJobProcess } from '../../../../main/jobs/forked-process.ts';
import type { JobProcess, Workload } from '../../../../main/jobs/job-process.ts';
import { MANY, fitWhole, flairContext, manySlices, outcome, stoppingAt } from '../flair.ts';
import { SMALL_FIT } from '../small-fit.ts';
import {
  EXAMPLE,
  add,
  copyImages,
  fitHooks,
  refusalOf,
  screenHooks,
  temporaryContext,
  temporaryFolder,
} from '../workplace.ts';

/** Starts processes and remembers them. */
function processes() {
  const started: JobProcess[] = [];
  const start = (workload: Workload) => {
    const process = forkJobProcess(workload);
    started.push(process);
    return process;
  };
  return { started, start };
}

describe('a fit in a process of its own', () => {
  it('gives the same bytes as one in this process, and ends its process', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    const whole = await fitWhole(ctx);
    const { start, started } = processes();
    const apart = await temporaryContext(home, start);
    const hooks = fitHooks();
    const model = await fitModel(apart, { ...SMALL_FIT, name: 'apart' }, hooks);
    expect(outcome(apart, model)).toEqual(outcome(ctx, whole));
    expect(hooks.events.filter(({ kind }) => kind === 'step')).toHaveLength(20);
    expect(started).toHaveLength(1);
    await ended(started[0]);
  });

  it('says that its process was killed; resumed, it gives the same model', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    const whole = await fitWhole(ctx);
    const { start, started } = processes();
    const apart = await temporaryContext(home, start);
    const hooks = fitHooks((event) => {
      if (event.kind === 'checkpoint-saved' && event.step >= 7) started.at(-1)?.kill();
    });
    const work = fitModel(apart, SMALL_FIT, { ...hooks, checkpointSeconds: 0 });
    await expect(work).rejects.toMatchObject({ name: 'JobError', kind: 'process-died' });
    const [run] = apart.store.runs.list({ kind: 'fit' });
    expect(run?.status).toBe('failed');
    expect(run?.error).toContain('what was done so far is kept');
    const again = fitHooks();
    const resumed = await resumeFit(apart, run?.id ?? 0, again);
    const begun = again.events.find((event) => event.kind === 'started');
    expect(begun?.fromStep).toBeGreaterThanOrEqual(7);
    expect(begun?.fromStep).toBeLessThan(20);
    expect(outcome(apart, resumed)).toEqual(outcome(ctx, whole));
  });

  it('saves itself when it is stopped', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    const whole = await fitWhole(ctx);
    const apart = await temporaryContext(home, processes().start);
    // Long enough that the stop arrives before the end.
    const stopped = await refusalOf(fitModel(apart, { ...SMALL_FIT, steps: 2000 }, stoppingAt(2)));
    expect(stopped.kind).toBe('interrupted');
    const [run] = apart.store.runs.list({ kind: 'fit' });
    expect(run?.status).toBe('interrupted');
    expect(fitRunProgress.parse(run?.progress).step).toBeGreaterThanOrEqual(2);
    expect(run?.checkpointHash).not.toBeNull();
    expect(whole.device).toBe((await ctx.jobs.device()).label);
  });

  it('hands on what cannot be done, with its type', async () => {
    const folder = join(temporaryFolder(), 'images');
    copyImages('fit', folder, 24);
    const apart = await temporaryContext(temporaryFolder(), processes().start);
    await add(apart, folder, 'flair');
    const request = { ...SMALL_FIT, general: 'nobody' };
    expect(await refusalOf(fitModel(apart, request, fitHooks()))).toMatchObject({ kind: 'unknown-model' });
    const missing = { model: 'nobody', dataset: 'flair', batchSize: 4 };
    expect(await refusalOf(screenDataset(apart, missing, screenHooks()))).toMatchObject({
      kind: 'unknown-model',
    });
  });
});

describe('a screening in a process of its own', () => {
  it('gives the same scores as one in this process, also after its process was killed', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    await fitModel(ctx, { ...SMALL_FIT, steps: 2 }, fitHooks());
    await add(ctx, manySlices(), 'many');
    const request = { model: 'small', dataset: 'many', batchSize: 4 };
    const whole = await screenDataset(ctx, request, screenHooks());

    const { start, started } = processes();
    const apart = await temporaryContext(home, start);
    const killed = screenDataset(
      apart,
      { ...request, restart: true },
      {
        signal: new AbortController().signal,
        onEvent: (event) => {
          if (event.kind === 'progress' && event.done >= 100) started.at(-1)?.kill();
        },
      },
    );
    await expect(killed).rejects.toMatchObject({ kind: 'process-died' });
    const hooks = screenHooks();
    const parts = await screenDataset(apart, request, hooks);
    const [first] = hooks.events;
    if (first?.kind !== 'started') throw new Error('the first event says what is to do');
    expect(first.done).toBeGreaterThanOrEqual(100);
    expect(first.done).toBeLessThan(MANY);
    expect(parts).toMatchObject({ runId: whole.runId + 1, screened: MANY, failed: 0 });
    for (const name of whole.scores) {
      expect(apart.store.scores.values(parts.runId, name)).toEqual(
        ctx.store.scores.values(whole.runId, name),
      );
    }
    const output = join(temporaryFolder(), 'map.png');
    const drawing = {
      model: 'small',
      score: null,
      path: join(EXAMPLE, 'fit', 'DU-7294_flair_z040.png'),
      output,
    };
    const here = await heatmap(ctx, drawing);
    expect(await heatmap(apart, drawing)).toEqual(here);
    const broken = join(temporaryFolder(), 'nothing.png');
    await expect(heatmap(apart, { ...drawing, path: broken })).rejects.toMatchObject({
      name: 'IngestError',
      kind: 'not-found',
      path: broken,
    });
  });
});

/** Resolves when a process is gone. */
function ended(process: JobProcess | undefined): Promise<string> {
  if (process === undefined) throw new Error('no process was started');
  return new Promise((resolve) => process.onExit(resolve));
}
