/** Several models that screened the same dataset, as one score. */
import type { Combination } from '../../../preload/contract.ts';
import { combined, ensemble } from '../../../models/scoring/calibration.ts';
import type { Dataset } from '../../store/datasets.ts';
import type { Run } from '../../store/runs.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { heldOutById, requireTogether } from './held-out-together.ts';
import { type KnownModel, chooseScore } from '../models/known-models.ts';
import { findScreenRun } from '../screening/screen-runs.ts';
import { ServiceError } from '../service-error.ts';

export interface CombineRequest {
  /** From two. */
  readonly models: readonly string[];
  readonly dataset: string;
  readonly combine: Combination;
  /** Of every model; each model's first when null. */
  readonly score: string | null;
}

/** A model with its newest screening of the dataset. */
export interface Member {
  readonly run: Run;
  readonly model: KnownModel;
  readonly score: string;
}

export interface CombinedImageScore {
  readonly fileId: number;
  readonly label: string | null;
  /** Higher is more anomalous; without a unit. */
  readonly value: number;
  /** In the order of the members. */
  readonly own: readonly number[];
}

export interface CombinedScreening {
  readonly dataset: Dataset;
  readonly members: readonly Member[];
  /** Combined scores of the normals that every member held out. */
  readonly heldOut: readonly number[];
  /** Those that every member has scored, the most anomalous first. */
  readonly images: readonly CombinedImageScore[];
  /** Images that some members have scored, and others have not. */
  readonly leftOut: number;
}

/**
 * @throws ServiceError 'invalid-request' where the models do not go together, 'no-scores' where there is nothing to combine,
 * and as {@link findScreenRun}
 */
export function combinedScores(ctx: Context, request: CombineRequest): CombinedScreening {
  const { models, combine, score } = request;
  if (new Set(models).size !== models.length || models.length < 2) {
    throw new ServiceError(
      'invalid-request',
      'Combining takes two models or more, each named once; name others that screened the dataset.',
    );
  }
  const found = models.map((model) => findScreenRun(ctx, { model, dataset: request.dataset }));
  const dataset = findDataset(ctx, request.dataset);
  const members = found.map(({ run, model }) => ({ run, model, score: chooseScore(score, model.scores) }));
  if (combine === 'mean') requireOneDetector(members);
  const heldOut = requireTogether(members.map(({ model, score: name }) => heldOutById(model, name)));
  const { fileIds, labels, own, leftOut } = scoredByAll(ctx, members, dataset);
  const joined = joinedBy(combine, members, heldOut, own);
  const byDeviation = combine === 'tail' && varyAll(heldOut) ? ensemble(heldOut, own).scores : joined.scores;
  const images = fileIds.map((fileId, index) => ({
    fileId,
    label: labels[index] ?? null,
    value: joined.scores[index] ?? NaN,
    own: own.map((scores) => scores[index] ?? NaN),
    deviation: byDeviation[index] ?? NaN,
  }));
  // Images beyond all held-out normals are equally rare: those that lie further beyond come first.
  images.sort((a, b) => b.value - a.value || b.deviation - a.deviation || a.fileId - b.fileId);
  return {
    dataset,
    members,
    heldOut: joined.heldOut,
    images: images.map(({ fileId, label, value, own: each }) => ({ fileId, label, value, own: each })),
    leftOut,
  };
}

/** Deviations of different detectors, or of different scores, would be added up as if they meant the same. */
function requireOneDetector(members: readonly Member[]): void {
  const [first] = members;
  const other = members.find(
    ({ model, score }) =>
      model.settings.detector.id !== first?.model.settings.detector.id || score !== first.score,
  );
  if (first === undefined || other === undefined) return;
  const named = ({ model, score }: Member) =>
    `"${model.record.name}" (${score} of ${model.detector.method.title})`;
  throw new ServiceError(
    'invalid-request',
    `The mean is of one score of one detector fitted with several seeds, which ${named(first)} and ${named(other)} are not; combine them by their tail probabilities.`,
  );
}

function scoredByAll(
  ctx: Context,
  members: readonly Member[],
  dataset: Dataset,
): { fileIds: number[]; labels: (string | null)[]; own: number[][]; leftOut: number } {
  const lists = members.map(({ run, score }) => ctx.store.scores.values(run.id, score));
  const byFile = lists.map((list) => new Map(list.map(({ fileId, value }) => [fileId, value])));
  const all = (lists[0] ?? []).filter(({ fileId }) => byFile.every((values) => values.has(fileId)));
  if (all.length === 0) {
    throw new ServiceError(
      'no-scores',
      `No image of "${dataset.name}" has been scored by all of these models; finish their screenings first.`,
    );
  }
  return {
    fileIds: all.map(({ fileId }) => fileId),
    labels: all.map(({ label }) => label),
    own: byFile.map((values) => all.map(({ fileId }) => values.get(fileId) ?? NaN)),
    leftOut: new Set(lists.flatMap((list) => list.map(({ fileId }) => fileId))).size - all.length,
  };
}

function joinedBy(
  combine: Combination,
  members: readonly Member[],
  heldOut: readonly (readonly number[])[],
  own: readonly (readonly number[])[],
): { readonly heldOut: number[]; readonly scores: number[] } {
  switch (combine) {
    case 'tail':
      return combined(heldOut, own);
    case 'mean': {
      const constant = members.find((_, index) => !varies(heldOut[index] ?? []));
      if (constant === undefined) return ensemble(heldOut, own);
      throw new ServiceError(
        'no-scores',
        `"${constant.model.record.name}" gives all held-out normals the same ${constant.score}, so that there is no deviation to measure in; leave it out, or combine by tail probabilities.`,
      );
    }
  }
}

function varyAll(lists: readonly (readonly number[])[]): boolean {
  return lists.every(varies);
}

function varies(scores: readonly number[]): boolean {
  return scores.some((score) => score !== scores[0]);
}
