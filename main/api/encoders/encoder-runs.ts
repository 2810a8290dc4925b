import type { EncoderRun } from '../../../preload/contract.ts';
import type { Context } from '../context.ts';
import { encoderRunSettings } from './encoder-records.ts';
import { adoptAbandoned } from '../jobs/record-failure.ts';
import { fitRunProgress } from '../models/records.ts';

/** Trainings of encoders that run or can go on, newest first. */
export function encoderRuns(ctx: Context): EncoderRun[] {
  // What a killed program has left is shown as interrupted, not as running.
  adoptAbandoned(ctx);
  return ctx.store.runs
    .list({ kind: 'encoder' })
    .flatMap(({ id, datasetId, status, settings, startedAt, error, progress }) => {
      const plan = encoderRunSettings.safeParse(settings);
      if (status === 'done' || datasetId === null || !plan.success) return [];
      const last = fitRunProgress.safeParse(progress);
      return [
        {
          id,
          name: plan.data.name,
          dataset: ctx.store.datasets.get(datasetId).name,
          status,
          step: last.success ? last.data.step : 0,
          steps: plan.data.moco.run.schedule.totalSteps,
          startedAt,
          error,
        },
      ];
    });
}
