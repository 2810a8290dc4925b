import { cpSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fitModel } from '../../../../main/api/fit/fit.ts';
import { knownModel, loadDetector } from '../../../../main/api/models/known-models.ts';
import { createMapService } from '../../../../main/api/pictures/map-service.ts';
import { ONLY_PART } from '../../../../main/ingest/stored-image.ts';
import { forkJobProcess } from '../../../../main/jobs/forked-process.ts';
import type { JobProcess } from '../../../../main/jobs/job-process.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { EXAMPLE, add, fitHooks, temporaryContext, temporaryFolder } from '../workplace.ts';

const SLICE = join(EXAMPLE, 'fit', 'DU-7294_flair_z080.png');
const OTHER = join(EXAMPLE, 'screen', 't2', 'FG-6692_t2_z080.png');

async function fittedModels() {
  const ctx = await temporaryContext();
  await add(ctx, join(EXAMPLE, 'fit'), 'flair');
  const general = await fitModel(ctx, { ...SMALL_FIT, name: 'general', steps: 2 }, fitHooks());
  const own = await fitModel(ctx, { ...SMALL_FIT, general: 'general', steps: 2 }, fitHooks());
  const processes: JobProcess[] = [];
  const posted: object[] = [];
  const maps = createMapService({
    services: ctx,
    device: () => 'cpu',
    notify: () => undefined,
    start: (workload) => {
      const process = forkJobProcess(workload);
      processes.push(process);
      return {
        ...process,
        post: (message) => {
          posted.push(message);
          process.post(message);
        },
      };
    },
  });
  onTestFinished(() => maps.close());
  /** Requests of a kind that reached a process. */
  const asked = (kind: string) =>
    posted.filter((message) => 'kind' in message && message.kind === kind).length;
  return { ctx, maps, processes, asked, own: own.id, general: general.id };
}

describe('the heatmaps of cases', () => {
  it('are those of the command line, computed once for all who ask and again after the file changed', async () => {
    const { ctx, maps, asked, own } = await fittedModels();
    const path = join(temporaryFolder(), 'slice.png');
    cpSync(SLICE, path);
    const model = knownModel(ctx.store.models.get(own));
    const here = await ctx.jobs.maps({
      path,
      part: ONLY_PART,
      preparation: model.preparation,
      detector: loadDetector(ctx, model),
      names: model.scores,
    });
    const [first, second] = await Promise.all([
      maps.maps(own, path, ONLY_PART),
      maps.maps(own, path, ONLY_PART),
    ]);
    expect(first).toEqual(here);
    expect(second).toBe(first);
    expect(await maps.maps(own, path, ONLY_PART)).toBe(first);
    expect(Object.keys(first.maps).sort()).toEqual([...model.scores].sort());
    expect(asked('maps')).toBe(1);
    cpSync(OTHER, path);
    utimesSync(path, new Date(), new Date(Date.now() + 5000));
    const changed = await maps.maps(own, path, ONLY_PART);
    expect(changed.scores).not.toEqual(first.scores);
    expect(asked('load-model')).toBe(1);
  });

  it('come from one process, which is started again when it died; failures keep their type', async () => {
    const { maps, processes, asked, own, general } = await fittedModels();
    await maps.maps(own, SLICE, ONLY_PART);
    await maps.maps(general, SLICE, ONLY_PART);
    await maps.maps(own, OTHER, ONLY_PART);
    expect(processes).toHaveLength(1);
    expect(asked('load-model')).toBe(2);
    processes[0]?.kill();
    await new Promise<void>((resolve) => processes[0]?.onExit(() => resolve()));
    await maps.maps(general, OTHER, ONLY_PART);
    expect(processes).toHaveLength(2);
    const missing = join(temporaryFolder(), 'missing.png');
    await expect(maps.maps(own, missing, ONLY_PART)).rejects.toMatchObject({
      kind: 'not-found',
      path: missing,
    });
    const text = join(EXAMPLE, 'README.md');
    await expect(maps.maps(own, text, ONLY_PART)).rejects.toMatchObject({ name: 'IngestError', path: text });
    await expect(maps.maps(99, SLICE, ONLY_PART)).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('are there already when they were announced', async () => {
    const { maps, asked, own } = await fittedModels();
    maps.prefetch(own, OTHER, ONLY_PART);
    maps.prefetch(own, join(EXAMPLE, 'nothing.png'), ONLY_PART);
    await expect.poll(() => asked('taken'), { timeout: 10_000 }).toBe(2);
    await maps.maps(own, OTHER, ONLY_PART);
    expect(asked('maps')).toBe(1);
  });
});
