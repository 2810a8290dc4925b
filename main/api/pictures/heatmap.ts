import { resolve } from 'node:path';
import { scoreFamily } from '../../../models/detectors/shared/likelihood-scores.ts';
import { ONLY_PART, type Part } from '../../ingest/stored-image.ts';
import type { Context } from '../context.ts';
import { findDataset } from '../datasets/datasets.ts';
import { filePath } from '../datasets/file-path.ts';
import { type PicturePanel, drawHeatmaps } from './heatmap-picture.ts';
import { type KnownModel, chooseScore, findModel, loadDetector } from '../models/known-models.ts';
import { mapUnit, scoreText } from '../screening/score-text.ts';
import { ServiceError } from '../service-error.ts';
import { writeWhole } from '../write-file.ts';

export type HeatmapRequest = {
  readonly model: string;
  /** 'ratio' and 'likelihood' draw the whole and each scale, 'scale2-ratio' one scale; the first score when null. */
  readonly score: string | null;
  /** The PNG to write. */
  readonly output: string;
} & ImageChoice;

/** A file, or an image of a dataset. */
export type ImageChoice =
  | { readonly path: string }
  | { readonly dataset: string; readonly fileId: number }
  | { readonly dataset: string; readonly relativePath: string };

export interface HeatmapPanel {
  readonly score: string;
  /** The image's score. */
  readonly value: number;
  /** The model's fixed colour scale for this map. */
  readonly low: number;
  readonly high: number;
}

export interface Heatmap {
  /** Absolute. */
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly panels: readonly HeatmapPanel[];
}

/**
 * Draws an image beside its heatmaps, on the model's fixed colour scales, into a PNG.
 * @throws ServiceError 'unknown-model' | 'unknown-score' | 'unknown-dataset' | 'unknown-file' | 'no-scores' |
 * 'write-failed'
 * @throws IngestError when the file cannot be used; EngineError when the device fails
 */
export async function heatmap(ctx: Context, request: HeatmapRequest): Promise<Heatmap> {
  const model = findModel(ctx, request.model);
  const score = chooseScore(request.score, model.scores);
  const { path, part } = chosenImage(ctx, request);
  const scales = scoreFamily(score, model.scores).flatMap((name) => {
    const scale = model.metrics.colourScales[name];
    return scale === undefined ? [] : [{ name, scale }];
  });
  const { unit } = model.detector.method;
  if (scales.length === 0) {
    throw new ServiceError('no-scores', withoutMap(model, score));
  }
  const { image, width, height, maps, scores } = await ctx.jobs.maps({
    path,
    part,
    preparation: model.preparation,
    detector: loadDetector(ctx, model),
    names: scales.map(({ name }) => name),
  });
  const panels = scales.flatMap(({ name, scale }): (HeatmapPanel & PicturePanel)[] => {
    const map = maps[name];
    const value = scores[name];
    if (map === undefined || value === undefined) return [];
    const subtitle = scoreText(value, unit);
    return [{ score: name, value, ...scale, title: name, subtitle, map, scale, unit: mapUnit(unit) }];
  });
  const picture = await drawHeatmaps(image, { width, height }, panels);
  const output = resolve(request.output);
  await writeWhole(output, picture.png);
  return {
    output,
    width: picture.width,
    height: picture.height,
    panels: panels.map(({ score: name, value, low, high }) => ({ score: name, value, low, high })),
  };
}

/** Why a score is not drawn, and what can be done. */
function withoutMap({ record, detector, metrics }: KnownModel, score: string): string {
  const { title, hasMaps } = detector.method;
  const drawn = Object.keys(metrics.colourScales);
  if (!hasMaps) return `"${record.name}" gives no heatmaps: ${title} judges an image as a whole.`;
  return drawn.length === 0
    ? `"${record.name}" has no colour scale for ${score}: it held out no normal image, or its encoder gives no grid of features; fit it again.`
    : `"${record.name}" has no heatmap of ${score}; choose one of ${drawn.join(', ')}.`;
}

/** Where an image is. @throws ServiceError 'unknown-dataset' | 'unknown-file' | 'key-missing' */
export function chosenImage(
  ctx: Context,
  request: ImageChoice,
): { readonly path: string; readonly part: Part; readonly fileId: number | null } {
  if ('path' in request) return { path: resolve(request.path), part: ONLY_PART, fileId: null };
  const dataset = findDataset(ctx, request.dataset);
  const file =
    'fileId' in request
      ? ctx.store.files.get(request.fileId)
      : ctx.store.files.find(dataset.id, request.relativePath);
  if (file?.datasetId === dataset.id) {
    return { path: filePath(ctx, dataset, file), part: file, fileId: file.id };
  }
  const asked = 'fileId' in request ? `the number ${request.fileId}` : `"${request.relativePath}"`;
  throw new ServiceError(
    'unknown-file',
    `"${dataset.name}" has no file ${asked}; choose one that its ranking lists.`,
  );
}
