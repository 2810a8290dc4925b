import { join } from 'node:path';
import { type Case, imageName } from '../../../preload/contract.ts';
import { readDicomTags } from '../../ingest/dicom/tags.ts';
import { IngestError } from '../../ingest/errors.ts';
import { layOut } from '../../ingest/layout.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import { fileStates } from '../../jobs/file-state.ts';
import { pixelTextRisk } from '../../report/deidentify/burned-in.ts';
import type { CaseFile } from '../../store/ranking.ts';
import type { ScoreValues } from '../../store/scores.ts';
import type { Context } from '../context.ts';
import type { KnownModel } from '../models/known-models.ts';
import { type Places, placesAtHand } from '../datasets/file-path.ts';
import { normalsNear } from './neighbours.ts';
import { type Screened, scoreOf, screenedRun } from '../screening/screening-lists.ts';
import { ServiceError } from '../service-error.ts';
import { readSettings } from '../settings.ts';
import { tailsOver } from '../ranking/tail.ts';

const NEIGHBOURS = 8;
const WITHHELD = 'withheld';

/**
 * Everything about one image of a screening.
 * @throws ServiceError 'unknown-run' | 'unknown-file' | 'unknown-score' | 'no-scores' | 'unreadable-model'
 */
export async function showCase(
  ctx: Context,
  runId: number,
  fileId: number,
  score: string | null,
): Promise<Case> {
  const screened = screenedRun(ctx, runId);
  const { model, dataset } = screened;
  const { name } = scoreOf(ctx, model, score);
  const { file, values } = scoredFile(ctx, screened, fileId);
  const { ranking, decisions } = ctx.store;
  const { rank, of } = ranking.rankOf(runId, name, fileId);
  if (rank === null) throw withoutScore(file, `it has no finite ${name}`);
  const places = placesAtHand(ctx, dataset);
  return {
    runId,
    fileId,
    modelId: model.record.id,
    datasetId: dataset.id,
    relativePath: file.relativePath,
    frame: file.frame,
    plane: file.plane,
    frames: file.frames,
    label: file.label,
    format: file.format ?? '',
    width: file.width ?? 0,
    height: file.height ?? 0,
    channels: file.channels ?? 0,
    bitDepth: file.bitDepth ?? 0,
    contentChanged: file.contentChanged || (await hasChanged(ctx, file, places)),
    pixelText: pixelTextOf(ctx, file),
    scores: scoresOf(ctx, model, values),
    maps: model.scores.flatMap((each) => {
      const scale = model.metrics.colourScales[each];
      return scale === undefined ? [] : [{ score: each, ...scale }];
    }),
    mapArea: mapArea(file, model.preparation),
    rank,
    of,
    ...decisions.inForce(runId, fileId),
    stack: ctx.store.files.stack(fileId),
    history: decisions.history(runId, fileId),
    tags: await tagsOf(ctx, file, places),
    neighbours: normalsNear(ctx, model, file.fileId, values, NEIGHBOURS).flatMap(
      ({ file: { id, relativePath, frame, plane, frames }, scores }) => {
        const value = scores[name];
        return value === undefined ? [] : [{ fileId: id, relativePath, frame, plane, frames, value }];
      },
    ),
  };
}

/**
 * A file of a screening with what it was scored.
 * @throws ServiceError 'unknown-file' | 'no-scores'
 */
export function scoredFile(
  ctx: Context,
  { run, dataset }: Screened,
  fileId: number,
): { file: CaseFile; values: ScoreValues; tiles: readonly ScoreValues[] } {
  const file = ctx.store.ranking.caseFile(run.id, fileId);
  if (file?.datasetId !== dataset.id) {
    throw new ServiceError(
      'unknown-file',
      `Screening ${run.id} has no case with the number ${fileId}; choose one that its list shows.`,
    );
  }
  const found = ctx.store.scores.ofFile(run.id, fileId);
  if (found === undefined) throw withoutScore(file, file.failure ?? 'it was not scored');
  return { file, values: found.scores, tiles: found.tiles };
}

function withoutScore(file: CaseFile, reason: string): ServiceError {
  return new ServiceError(
    'no-scores',
    `"${imageName(file)}" has no place in this list: ${reason.replace(/\.$/, '')}.`,
  );
}

/** Beside what the last scan knows: whether the file itself is another one by now. */
async function hasChanged(ctx: Context, { fileId }: CaseFile, places: Places | null): Promise<boolean> {
  const known = ctx.store.files.get(fileId);
  if (known?.status !== 'readable' || places === null) return false;
  for await (const { state } of fileStates(places.root, [places.onDisk(known)])) return state === 'changed';
  return false;
}

function pixelTextOf(ctx: Context, { fileId }: CaseFile): Case['pixelText'] {
  const record = ctx.store.files.get(fileId);
  return record?.status === 'readable' ? pixelTextRisk(record) : 'none';
}

const NORMAL = { low: 0.05, median: 0.5, high: 0.95 } as const;

function scoresOf(ctx: Context, model: KnownModel, values: ScoreValues): Case['scores'] {
  return model.scores.flatMap((name) => {
    const value = values[name];
    if (value === undefined) return [];
    const heldOut = model.metrics.heldOutScores[name] ?? [];
    const ascending = Float64Array.from(heldOut).sort();
    return [
      {
        name,
        value,
        normal:
          ascending.length === 0
            ? null
            : { low: quantile(ascending, NORMAL.low), high: quantile(ascending, NORMAL.high) },
        normalMedian: ascending.length === 0 ? null : quantile(ascending, NORMAL.median),
        tail: tailsOver(heldOut)(value),
        threshold: scoreOf(ctx, model, name).threshold,
      },
    ];
  });
}

/** Linear between order statistics (Hyndman and Fan's type 7). */
function quantile(ascending: Float64Array, probability: number): number {
  const position = probability * (ascending.length - 1);
  const index = Math.floor(position);
  const lower = ascending[index] ?? NaN;
  const upper = ascending[index + 1] ?? lower;
  return lower + (upper - lower) * (position - index);
}

/** What all inputs cut out of the image cover together, in pixels of the image. */
function mapArea({ width, height }: CaseFile, preparation: Preparation): Case['mapArea'] {
  if (width === null || height === null) return { left: 0, top: 0, width: 0, height: 0 };
  const areas = layOut(width, height, preparation).map(({ from, to }) => {
    const [across, down] = [from.width / to.width, from.height / to.height];
    const left = from.left - to.left * across;
    const top = from.top - to.top * down;
    return { left, top, right: left + preparation.width * across, bottom: top + preparation.height * down };
  });
  const left = Math.min(...areas.map((area) => area.left));
  const top = Math.min(...areas.map((area) => area.top));
  return {
    left,
    top,
    width: Math.max(...areas.map((area) => area.right)) - left,
    height: Math.max(...areas.map((area) => area.bottom)) - top,
  };
}

async function tagsOf(ctx: Context, file: CaseFile, places: Places | null): Promise<Case['tags']> {
  if (file.format !== 'dicom' || places === null) return [];
  const path = join(places.root, places.onDisk({ relativePath: file.relativePath }).relativePath);
  const { showIdentifiers } = readSettings(ctx);
  try {
    return (await readDicomTags(path)).map(({ tag, name, value, identifying }) => ({
      tag,
      name,
      value: identifying && !showIdentifiers ? WITHHELD : value,
    }));
  } catch (error) {
    // The image, which is asked for at the same time, says what is wrong with the file.
    if (error instanceof IngestError) return [];
    throw error;
  }
}
