import type { FitPoint, RunSummary } from '../../../preload/contract.ts';
import { boundDetector } from '../../jobs/known-detectors.ts';
import type { Run, RunKind } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { adoptAbandoned } from './record-failure.ts';
import { fitRunProgress, fitRunSettings, modelMetrics, modelSettings } from '../models/records.ts';

export interface RunFilter {
  readonly kind: Exclude<RunKind, 'bench'> | null;
  readonly modelId: number | null;
  readonly datasetId: number | null;
}

/** Fits and screenings of all times, newest first. */
export function listRuns(ctx: Context, { kind, modelId, datasetId }: RunFilter): RunSummary[] {
  // What a killed program has left is shown as interrupted, not as running.
  adoptAbandoned(ctx);
  return ctx.store.runs
    .list({
      ...(kind === null ? {} : { kind }),
      ...(modelId === null ? {} : { modelId }),
      ...(datasetId === null ? {} : { datasetId }),
    })
    .flatMap((run) => summaryOf(ctx, run) ?? []);
}

/** The curves of a fit. @throws StoreError 'not-found' */
export function fitPoints(ctx: Context, runId: number, afterStep: number): FitPoint[] {
  return ctx.store.runPoints.list(ctx.store.runs.get(runId).id, afterStep);
}

function summaryOf(ctx: Context, run: Run): RunSummary | null {
  const { id, kind, status, modelId, datasetId, seed, device, startedAt, finishedAt, error } = run;
  if (kind === 'bench' || kind === 'encoder' || datasetId === null) return null;
  return {
    id,
    kind,
    status,
    modelId,
    datasetId,
    dataset: ctx.store.datasets.get(datasetId).name,
    seed,
    device,
    startedAt,
    finishedAt,
    error,
    resumable: status === 'interrupted' || status === 'failed',
    ...(kind === 'fit' ? fitted(ctx, run) : screened(ctx, run)),
  };
}

type Details = Pick<RunSummary, 'name' | 'preset' | 'detector' | 'heldOutLoss' | 'unit'>;

function fitted(ctx: Context, { id, modelId, settings, progress }: Run): Details {
  const plan = fitRunSettings.safeParse(settings);
  const last = fitRunProgress.safeParse(progress);
  const metrics = modelId === null ? null : modelMetrics.safeParse(ctx.store.models.get(modelId).metrics);
  const method = plan.success ? boundDetector(plan.data.settings.detector).method : null;
  const best = last.success ? (last.data.best?.loss ?? null) : null;
  return {
    name: plan.success ? plan.data.name : `run ${id}`,
    preset: plan.success ? plan.data.settings.preset : null,
    detector: method?.title ?? null,
    unit: method?.unit ?? null,
    heldOutLoss: metrics?.success === true ? metrics.data.heldOutLoss : best,
  };
}

function screened(ctx: Context, { id, modelId }: Run): Details {
  const model = modelId === null ? null : ctx.store.models.get(modelId);
  const settings = modelSettings.safeParse(model?.settings);
  return {
    name: model?.name ?? `run ${id}`,
    preset: settings.success ? settings.data.preset : null,
    detector: settings.success ? boundDetector(settings.data.detector).method.title : null,
    heldOutLoss: null,
    unit: null,
  };
}
