/** A fit in stages goes on in any of them as if it had never been stopped. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Context } from '../../../../main/api/context.ts';
import { type FitRequest, fitModel, resumeFit } from '../../../../main/api/fit/fit.ts';
import { fitRunProgress } from '../../../../main/api/models/records.ts';
import { killedAt } from '../child.ts';
import { outcome, stoppingAt } from '../flair.ts';
import { SMALL_FIT } from '../small-fit.ts';
import { add, copyImages, fitHooks, refusalOf, temporaryContext, temporaryFolder } from '../workplace.ts';

const STEPS = 20;

/** A plain flow of 20 steps, whose quantile sets the floor of the contrastive flow that goes on from it. */
const REQUEST: FitRequest = {
  ...SMALL_FIT,
  detector: 'contrastive-flow',
  generalDataset: 'general',
  encoder: 'filter-bank',
  steps: STEPS,
};

async function contextWithImages(folder = temporaryFolder()): Promise<Context> {
  copyImages('fit', join(folder, 'fit'), 40);
  copyImages('general/t2', join(folder, 'general'), 30);
  const ctx = await temporaryContext(join(folder, 'home'));
  await add(ctx, join(folder, 'fit'), 'flair');
  await add(ctx, join(folder, 'general'), 'general');
  return ctx;
}

describe('a fit in two stages', () => {
  it('counts its steps through both and keeps the second', async () => {
    const ctx = await contextWithImages();
    const hooks = fitHooks();
    const model = await fitModel(ctx, REQUEST, hooks);
    const { events } = hooks;
    expect(events.find(({ kind }) => kind === 'started')).toMatchObject({ steps: 2 * STEPS, fromStep: 0 });
    const steps = events.flatMap((event) => (event.kind === 'step' ? [event.step] : []));
    expect(steps).toEqual(Array.from({ length: 2 * STEPS }, (_, index) => index + 1));
    expect(events.filter(({ kind }) => kind === 'next-stage')).toEqual([{ kind: 'next-stage', step: STEPS }]);
    expect(model).toMatchObject({ steps: 2 * STEPS, unit: 'nats' });
    expect(model.bestStep).toBeGreaterThan(STEPS);
    const points = ctx.store.runPoints.list(model.runId);
    expect(points.at(-1)?.step).toBe(2 * STEPS);
  });

  it('that is stopped in its second stage, or at the end of its first, is resumed to the same bytes', async () => {
    const ctx = await contextWithImages();
    const whole = await fitModel(ctx, { ...REQUEST, name: 'whole' }, fitHooks());
    for (const stop of [STEPS - 3, STEPS, STEPS + 5]) {
      const name = `stopped at ${stop}`;
      const refusal = await refusalOf(fitModel(ctx, { ...REQUEST, name }, stoppingAt(stop)));
      expect(refusal.message).toContain(`of ${2 * STEPS}`);
      const [run] = ctx.store.runs.list({ kind: 'fit' });
      const { stages } = fitRunProgress.parse(run?.progress);
      expect(stages.map(({ steps }) => steps)).toEqual(stop > STEPS ? [STEPS] : []);
      const hooks = fitHooks();
      const resumed = await resumeFit(ctx, 'latest', hooks);
      expect(hooks.events).toContainEqual(expect.objectContaining({ kind: 'started', fromStep: stop }));
      expect(outcome(ctx, resumed)).toEqual(outcome(ctx, whole));
    }
  });

  it('that is killed in its second stage goes on from its last checkpoint to the same bytes', async () => {
    const folder = temporaryFolder();
    const ctx = await contextWithImages(folder);
    const whole = await fitModel(ctx, { ...REQUEST, name: 'whole' }, fitHooks());
    const { detector, generalDataset, encoder } = REQUEST;
    const changes = JSON.stringify({ detector, generalDataset, encoder });
    const killed = await killedAt(
      'fit.ts',
      [join(folder, 'home'), STEPS, changes],
      (line) => Number(line) >= STEPS + 4,
    );
    const hooks = fitHooks();
    const resumed = await resumeFit(ctx, 'latest', hooks);
    const started = hooks.events.find((event) => event.kind === 'started');
    expect(started?.fromStep).toBeGreaterThanOrEqual(Number(killed));
    expect(started?.fromStep).toBeLessThan(2 * STEPS);
    expect(outcome(ctx, resumed)).toEqual(outcome(ctx, whole));
  });
});
