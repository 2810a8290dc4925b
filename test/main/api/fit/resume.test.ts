/** Work that is stopped or killed goes on as if it had never been: to the same bytes. */
import { readdirSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { resumeEncoder } from '../../../../main/api/encoders/train-encoder.ts';
import { fitModel, resumeFit } from '../../../../main/api/fit/fit.ts';
import { fitRunProgress } from '../../../../main/api/models/records.ts';
import { screenDataset } from '../../../../main/api/screening/screen.ts';
import { fillDisk, noSmallDiskBecause, smallDisk } from '../../store/small-disk.ts';
import { killedAt } from '../child.ts';
import { MANY, fitWhole, flairContext, manySlices, outcome, stoppingAt } from '../flair.ts';
import { SMALL_FIT } from '../small-fit.ts';
import {
  add,
  copyImages,
  fitHooks,
  refusalOf,
  screenHooks,
  temporaryContext,
  temporaryFolder,
} from '../workplace.ts';

describe('a fit', () => {
  it('gives the same bytes for the same seed, also when stopped and resumed; others for another seed', async () => {
    const ctx = await flairContext();
    const whole = await fitWhole(ctx);

    const request = { ...SMALL_FIT, name: 'in parts' };
    // Step 7 lies between evaluations, step 12 is followed by one.
    const first = await refusalOf(fitModel(ctx, request, stoppingAt(7)));
    expect(first).toMatchObject({ kind: 'interrupted' });
    expect(first.message).toContain('step 7 of 20');
    expect((await refusalOf(resumeFit(ctx, 'latest', stoppingAt(12)))).kind).toBe('interrupted');
    const last = fitHooks();
    const parts = await resumeFit(ctx, 'latest', last);
    expect(last.events).toContainEqual(expect.objectContaining({ kind: 'started', fromStep: 12 }));
    expect(outcome(ctx, parts)).toEqual(outcome(ctx, whole));

    const other = await fitModel(ctx, { ...SMALL_FIT, name: 'other', seed: 8 }, fitHooks());
    expect(other.weightsHash).not.toBe(whole.weightsHash);
    expect((await refusalOf(resumeFit(ctx, 'latest', fitHooks()))).kind).toBe('nothing-to-resume');
    expect((await refusalOf(resumeFit(ctx, parts.runId, fitHooks()))).kind).toBe('nothing-to-resume');
    expect((await refusalOf(resumeFit(ctx, 99, fitHooks()))).kind).toBe('unknown-run');
  });

  it('that is killed goes on from its last checkpoint to the same bytes', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    const whole = await fitWhole(ctx);
    const step = await killedAt('fit.ts', [home, 20], (line) => Number(line) >= 9);
    const hooks = fitHooks();
    const resumed = await resumeFit(ctx, 'latest', hooks);
    const started = hooks.events.find((event) => event.kind === 'started');
    expect(started?.fromStep).toBeGreaterThanOrEqual(Number(step));
    expect(started?.fromStep).toBeLessThan(20);
    expect(outcome(ctx, resumed)).toEqual(outcome(ctx, whole));
    expect(resumed.name).toBe('small');
  });

  it('keeps of its older files only those it would go on from', async () => {
    const home = temporaryFolder();
    const weights = join(home, 'weights');
    const ctx = await flairContext(home);
    await refusalOf(fitModel(ctx, SMALL_FIT, { ...stoppingAt(6), checkpointSeconds: 0 }));
    const before = readdirSync(weights);
    // As if they had been written long ago: what is new may belong to another process that has yet to record it.
    const past = new Date(Date.now() - 3_600_000);
    for (const name of before) utimesSync(join(weights, name), past, past);
    const names = () => {
      const [run] = ctx.store.runs.list({ kind: 'fit' });
      const { bestHash } = fitRunProgress.parse(run?.progress);
      return [`${run?.checkpointHash ?? ''}.bin`, `${bestHash ?? ''}.bin`];
    };
    expect(before).toEqual(expect.arrayContaining(names()));
    expect(before.length).toBeGreaterThan(2);
    await refusalOf(resumeFit(ctx, 'latest', stoppingAt(9)));
    const after = readdirSync(weights);
    expect(after).toEqual(expect.arrayContaining(names()));
    expect(after.filter((name) => before.includes(name) && !names().includes(name))).toEqual([]);
  });

  const noSmallDisk = noSmallDiskBecause();
  it.skipIf(noSmallDisk !== undefined)(
    `that finds the disk full is resumed to the same bytes once there is space${noSmallDisk === undefined ? '' : ` (skipped: ${noSmallDisk})`}`,
    async () => {
      const home = smallDisk(48 * 1024);
      const ctx = await flairContext(home);
      const whole = await fitWhole(ctx);
      let filler = '';
      const hooks = fitHooks((event) => {
        if (event.kind === 'step' && event.step === 9) filler = fillDisk(home);
      });
      const work = fitModel(ctx, SMALL_FIT, { ...hooks, checkpointSeconds: 0 });
      await expect(work).rejects.toMatchObject({ kind: 'disk-full' });
      rmSync(filler);
      const again = fitHooks();
      const resumed = await resumeFit(ctx, 'latest', again);
      expect(again.events).toContainEqual(expect.objectContaining({ kind: 'started', fromStep: 8 }));
      expect(outcome(ctx, resumed)).toEqual(outcome(ctx, whole));
    },
  );

  it('is not resumed on other images', async () => {
    const folder = temporaryFolder();
    const ctx = await temporaryContext();
    copyImages('fit', join(folder, 'images'), 24);
    await add(ctx, join(folder, 'images'), 'flair');
    await refusalOf(fitModel(ctx, SMALL_FIT, stoppingAt(3)));
    copyImages('screen/t2', join(folder, 'images'), 1);
    await add(ctx, join(folder, 'images'), 'flair');
    const refused = await refusalOf(resumeFit(ctx, 'latest', fitHooks()));
    expect(refused.kind).toBe('cannot-resume');
  });

  it('is not resumed where another version began it', async () => {
    const ctx = await flairContext(temporaryFolder());
    const datasetId = ctx.store.datasets.find('flair')?.id ?? 0;
    const begun = { modelId: null, datasetId, settings: { from: 'the future' }, seed: 1, device: 'CPU' };
    for (const [kind, resumed, again] of [
      ['fit', resumeFit, 'fit again'],
      ['encoder', resumeEncoder, 'train again'],
    ] as const) {
      const { id } = ctx.store.runs.start({ ...begun, kind });
      ctx.store.runs.interrupt(id);
      const hooks = { signal: new AbortController().signal, onEvent: () => {} };
      const refused = await refusalOf(resumed(ctx, id, hooks));
      expect([refused.kind, refused.message]).toEqual([
        'cannot-resume',
        `Run ${id} was started with a flowscreen whose settings this one cannot read; ${again}.`,
      ]);
      expect(ctx.store.runs.get(id).status).toBe('interrupted');
    }
  });
});

describe('a screening', () => {
  it('that is stopped or killed goes on where it was and ends with the same scores', async () => {
    const home = temporaryFolder();
    const ctx = await flairContext(home);
    await fitModel(ctx, { ...SMALL_FIT, steps: 2 }, fitHooks());
    await add(ctx, manySlices(), 'many');
    const request = { model: 'small', dataset: 'many', batchSize: 4 };
    const whole = await screenDataset(ctx, request, screenHooks());

    const restart = { ...request, restart: true };
    const controller = new AbortController();
    const stopped = await refusalOf(
      screenDataset(ctx, restart, {
        signal: controller.signal,
        onEvent: (event) => {
          if (event.kind === 'progress') controller.abort();
        },
      }),
    );
    expect(stopped.kind).toBe('interrupted');
    const done = await killedAt('screen.ts', [home], (line) => Number(line) >= 200);
    const hooks = screenHooks();
    const parts = await screenDataset(ctx, request, hooks);
    const [started] = hooks.events;
    if (started?.kind !== 'started') throw new Error('the first event says what is to do');
    expect(started.total).toBe(MANY);
    expect(started.done).toBeGreaterThanOrEqual(Number(done));
    expect(started.done).toBeLessThan(MANY);
    expect(parts).toMatchObject({ screened: MANY, failed: 0 });
    expect(parts.runId).toBe(whole.runId + 1);
    for (const name of whole.scores) {
      expect(ctx.store.scores.values(parts.runId, name)).toEqual(ctx.store.scores.values(whole.runId, name));
    }
    const next = await screenDataset(ctx, request, screenHooks());
    expect(next.runId).toBe(parts.runId + 1);
  });
});
