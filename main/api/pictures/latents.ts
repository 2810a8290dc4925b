/** What a model sees in a case, for a window: its pictures are kept for a while, and fetched by number. */
import { type LatentEvent, type LatentPicture, assets } from '../../../preload/contract.ts';
import type { LatentMessage } from '../../jobs/latent-protocol.ts';
import type { FileRecord } from '../../store/file-records.ts';
import type { ScoreValues } from '../../store/scores.ts';
import type { App } from '../app.ts';
import { scoredFile } from '../triage/cases.ts';
import { filePath } from '../datasets/file-path.ts';
import type { KnownModel } from '../models/known-models.ts';
import { type Look, type LookedAt, lookInto, scalesToSee } from './look-into.ts';
import { normalsNear } from '../triage/neighbours.ts';
import { planarPicture } from './planar-picture.ts';
import { type Screened, scoreOf, screenedRun } from '../screening/screening-lists.ts';
import { ServiceError } from '../service-error.ts';

interface CaseLook {
  readonly runId: number;
  readonly fileId: number;
  readonly score: string | null;
}

/**
 * A case and another image with their scales having changed places. What can be refused is refused before the stream begins.
 * @throws ServiceError 'unknown-run' | 'unknown-file' | 'unknown-score' | 'no-scores' | 'not-invertible' | 'invalid-request';
 * the stream as {@link lookInto}
 */
export function mixCase(
  app: App,
  { otherId, ...asked }: CaseLook & { readonly otherId: number | null },
  signal: AbortSignal,
): AsyncGenerator<LatentEvent, void, undefined> {
  const screened = screenedRun(app.services, asked.runId);
  scalesToSee(screened.model);
  const { values } = scoredFile(app.services, screened, asked.fileId);
  const other =
    otherId === null
      ? nearestNormal(app, screened, asked.fileId, values)
      : chosenFile(app, screened, asked.fileId, otherId);
  return looked(app, screened, asked, other, signal);
}

/** The way up from a case. @throws as {@link mixCase} */
export function climbFromCase(
  app: App,
  asked: CaseLook,
  signal: AbortSignal,
): AsyncGenerator<LatentEvent, void, undefined> {
  return looked(app, screenedRun(app.services, asked.runId), asked, null, signal);
}

function looked(
  app: App,
  screened: Screened,
  { fileId, score }: CaseLook,
  other: FileRecord | null,
  signal: AbortSignal,
): AsyncGenerator<LatentEvent, void, undefined> {
  const { services } = app;
  const { model, dataset } = screened;
  const scales = scalesToSee(model);
  const { name } = scoreOf(services, model, score);
  const { file, tiles } = scoredFile(services, screened, fileId);
  const image: LookedAt = {
    path: filePath(services, dataset, file),
    part: { frame: file.frame, plane: file.plane },
    tile: largestOf(tiles.map((scores) => scores[name] ?? NaN)),
  };
  const look = { image, score: name, other: other === null ? null : otherImage(app, other) };
  const begun = { kind: 'begun', scales, other: other === null ? null : placeOf(other) } as const;
  return streamed(app, model, begun, look, signal);
}

async function* streamed(
  app: App,
  model: KnownModel,
  begun: LatentEvent,
  look: Look,
  signal: AbortSignal,
): AsyncGenerator<LatentEvent, void, undefined> {
  yield begun;
  for await (const message of lookInto(app.services, model, look, signal)) {
    yield* eventsOf(app, model.preparation, message);
  }
}

async function* eventsOf(
  app: App,
  size: Parameters<typeof planarPicture>[1],
  message: Exclude<LatentMessage, { kind: 'stopped' }>,
): AsyncGenerator<LatentEvent, void, undefined> {
  switch (message.kind) {
    case 'choosing-tile':
      yield message;
      return;
    case 'tile':
      yield { kind: 'tile', side: message.side, number: message.index + 1, count: message.count };
      return;
    case 'step': {
      const { done, total, picture } = message;
      yield { kind: 'progress', done, total };
      if (picture !== null) yield { kind: 'picture', picture: await keptPicture(app, size, picture) };
      return;
    }
  }
}

type MadePicture = NonNullable<Extract<LatentMessage, { kind: 'step' }>['picture']>;

async function keptPicture(
  app: App,
  size: Parameters<typeof planarPicture>[1],
  { of, image, bitsPerDimension }: MadePicture,
): Promise<LatentPicture> {
  switch (image.kind) {
    case 'shown': {
      const webp = await planarPicture(image.pixels, size).webp({ lossless: true }).toBuffer();
      const address = assets.latent(app.pictures.keep(new Uint8Array(webp)));
      return { of, address, missing: null, outside: image.outside, bitsPerDimension };
    }
    case 'out-of-range':
      return { of, address: null, missing: image.kind, outside: image.outside, bitsPerDimension };
    case 'not-finite':
      return { of, address: null, missing: image.kind, outside: 0, bitsPerDimension };
  }
}

function nearestNormal(
  { services }: App,
  { model }: Screened,
  fileId: number,
  values: ScoreValues,
): FileRecord {
  const [nearest] = normalsNear(services, model, fileId, values, 1);
  if (nearest !== undefined) return nearest.file;
  throw new ServiceError(
    'unknown-file',
    `"${model.record.name}" has no held-out normal image to mix this one with; choose an image yourself.`,
  );
}

/** An image of the dataset that was screened, or of the one that the model was fitted on. */
function chosenFile(
  { services }: App,
  { model, dataset }: Screened,
  fileId: number,
  otherId: number,
): FileRecord {
  if (otherId === fileId) {
    throw new ServiceError(
      'invalid-request',
      'An image mixed with itself is the same image; choose another one.',
    );
  }
  const file = services.store.files.get(otherId);
  if (file?.datasetId === dataset.id || (file !== undefined && file.datasetId === model.record.datasetId)) {
    return file;
  }
  throw new ServiceError(
    'unknown-file',
    `Neither the screened dataset nor the one that the model was fitted on has an image with the number ${otherId}.`,
  );
}

function otherImage({ services }: App, file: FileRecord): LookedAt {
  const dataset = services.store.datasets.get(file.datasetId);
  const { frame, plane } = file;
  return { path: filePath(services, dataset, file), part: { frame, plane }, tile: null };
}

function placeOf({ id, relativePath, frame, plane, frames }: FileRecord) {
  return { fileId: id, relativePath, frame, plane, frames };
}

/** Null where nothing was tiled, or no tile has a finite score. */
function largestOf(scores: readonly number[]): LookedAt['tile'] {
  const most = scores.reduce((largest, score) => (score > largest ? score : largest), -Infinity);
  return most === -Infinity ? null : { index: scores.indexOf(most), of: scores.length };
}
