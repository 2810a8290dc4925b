import type { RankQuery, RankRow, Screening } from '../../../preload/contract.ts';
import type { FailedFile } from '../../store/scores.ts';
import type { Context } from '../context.ts';
import { remarksOn } from '../screening/screen-inputs.ts';
import { rankingList, scoreOf, screenedRun } from '../screening/screening-lists.ts';
import { tailsOver } from '../ranking/tail.ts';

interface Page {
  readonly offset: number;
  readonly limit: number;
}

/** @throws ServiceError 'unknown-run' | 'unknown-score' | 'unreadable-model' */
export function showScreening(ctx: Context, runId: number, score: string | null): Screening {
  const { run, model, dataset } = screenedRun(ctx, runId);
  const { name, threshold } = scoreOf(ctx, model, score);
  return {
    runId,
    modelId: model.record.id,
    model: model.record.name,
    datasetId: dataset.id,
    dataset: dataset.name,
    status: run.status,
    startedAt: run.startedAt,
    score: name,
    scores: [...model.scores],
    threshold,
    counts: {
      ...ctx.store.ranking.counts(runId, name, threshold),
      failed: ctx.store.ranking.countFailures(runId),
    },
    labels: ctx.store.ranking.labels(runId),
    remarks: remarksOn(run.settings),
  };
}

/** The list that was last looked at, by screening: what comes next in it is computed ahead. */
const looked = new WeakMap<Context, Map<number, RankQuery>>();

/** @throws ServiceError 'unknown-run' | 'unknown-score' | 'unreadable-model' */
export function listRows(ctx: Context, query: RankQuery, page: Page): { total: number; rows: RankRow[] } {
  const list = rankingList(ctx, query);
  const lists = looked.get(ctx) ?? new Map<number, RankQuery>();
  looked.set(ctx, lists.set(query.runId, query));
  const { total, rows } = ctx.store.ranking.page(list, page);
  const tail = tailsOver(screenedRun(ctx, query.runId).model.metrics.heldOutScores[list.name]);
  return {
    total,
    rows: rows.map((row) => ({
      ...row,
      tail: tail(row.value),
      aboveThreshold: list.threshold === null ? null : row.value > list.threshold,
    })),
  };
}

/** Where a case is in a list, from 0; null where the filter hides it. @throws as {@link listRows} */
export function positionOf(ctx: Context, query: RankQuery, fileId: number): number | null {
  return ctx.store.ranking.position(rankingList(ctx, query), fileId);
}

/** The case that follows in the list that was last looked at, or in the plain ranking; null at the end. */
export function nextCase(ctx: Context, runId: number, fileId: number): number | null {
  const query = looked.get(ctx)?.get(runId) ?? {
    runId,
    score: null,
    filter: { verdicts: [], aboveThreshold: null, search: '', label: null },
    sort: { by: 'score', descending: true },
  };
  return ctx.store.ranking.next(rankingList(ctx, query), fileId);
}

/** The files that were not scored, or not with every score, by path. @throws ServiceError 'unknown-run' */
export function listFailures(
  ctx: Context,
  runId: number,
  page: Page,
): { total: number; rows: Omit<FailedFile, 'label'>[] } {
  screenedRun(ctx, runId);
  return {
    total: ctx.store.ranking.countFailures(runId),
    rows: ctx.store.scores.failures(runId, page).map((failure) => ({
      fileId: failure.fileId,
      relativePath: failure.relativePath,
      frame: failure.frame,
      plane: failure.plane,
      frames: failure.frames,
      reason: failure.reason,
    })),
  };
}
