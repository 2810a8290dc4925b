import { listedDataset } from '../datasets/datasets.ts';
import { estimateFit } from '../fit/fit-estimate.ts';
import { listedModel } from '../models/models.ts';
import { previewPreparation } from '../inputs/preparation-preview.ts';
import { fitPoints, listRuns } from '../jobs/runs.ts';
import { checkDataset } from '../screening/screen-inputs.ts';
import { os } from './base.ts';

export const jobHandlers = {
  list: os.jobs.list.handler(({ context }) => context.jobs.list()),
  watch: os.jobs.watch.handler(({ context, signal }) => context.jobs.watch(signal)),
  fit: os.jobs.fit.handler(async ({ context, input }) => ({ jobId: await context.jobs.fit(input) })),
  screen: os.jobs.screen.handler(async ({ context, input }) => ({ jobId: await context.jobs.screen(input) })),
  checkInputs: os.jobs.checkInputs.handler(({ context, input }) => {
    const { services } = context;
    const check = checkDataset(
      services,
      listedModel(services, input.modelId),
      listedDataset(services, input.datasetId),
    );
    return { ...check, reasons: [...check.reasons], warnings: [...check.warnings] };
  }),
  stop: os.jobs.stop.handler(({ context, input }) => context.jobs.stop(input.jobId)),
  resume: os.jobs.resume.handler(async ({ context, input }) => ({
    jobId: await context.jobs.resume(input.runId),
  })),
  estimate: os.jobs.estimate.handler(({ context, input }) =>
    estimateFit(context.services, context.trials, input),
  ),
  preview: os.jobs.preview.handler(({ context, input }) => previewPreparation(context.services, input)),
  points: os.jobs.points.handler(({ context, input }) =>
    fitPoints(context.services, input.runId, input.afterStep),
  ),
  runs: os.jobs.runs.handler(({ context, input }) => listRuns(context.services, input)),
};
