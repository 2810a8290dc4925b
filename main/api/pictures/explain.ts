/** What a model sees in an image, as files: each picture a PNG, and their numbers in one JSON document. */
import { join, resolve } from 'node:path';
import { NOTICE } from '../../../preload/contract.ts';
import type { LatentMessage } from '../../jobs/latent-protocol.ts';
import type { Context } from '../context.ts';
import { filePath } from '../datasets/file-path.ts';
import { type ImageChoice, chosenImage } from './heatmap.ts';
import { type KnownModel, chooseScore, findModel, loadDetector } from '../models/known-models.ts';
import { type LookedAt, lookInto, scalesToSee } from './look-into.ts';
import { normalsNear } from '../triage/neighbours.ts';
import { planarPicture } from './planar-picture.ts';
import { writeWhole } from '../write-file.ts';

export interface ExplainRequest {
  readonly model: string;
  readonly image: ImageChoice;
  /** What to mix it with; the nearest normal image when null. */
  readonly other: ImageChoice | null;
  /** The folder to write to; made where it is missing. */
  readonly output: string;
}

export interface ExplainHooks {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

type MadePicture = NonNullable<Extract<LatentMessage, { kind: 'step' }>['picture']>;
type Tile = Extract<LatentMessage, { kind: 'tile' }>;

export interface ExplainedPicture {
  readonly of: MadePicture['of'];
  /** Of the picture, and of its file without the ending. */
  readonly name: string;
  /** In the folder; null where what came out is no image. */
  readonly file: string | null;
  readonly missing: 'out-of-range' | 'not-finite' | null;
  /** The share of its values that lie beyond black and white; null where they are not finite. */
  readonly outside: number | null;
  readonly bitsPerDimension: number | null;
}

export interface Explanation {
  readonly notice: string;
  readonly model: string;
  readonly image: string;
  /** Absolute; null where there was no normal image to mix with. */
  readonly mixedWith: string | null;
  /** The tiles that were looked at, of images that are cut into tiles. */
  readonly tiles: readonly Tile[];
  readonly pictures: readonly ExplainedPicture[];
  /** Absolute. */
  readonly output: string;
}

/**
 * @throws ServiceError 'unknown-model' | 'unknown-dataset' | 'unknown-file' | 'not-invertible' | 'write-failed' | 'interrupted'
 * @throws IngestError when a file cannot be used; EngineError when the device fails; JobError
 */
export async function explain(
  ctx: Context,
  request: ExplainRequest,
  { signal, onProgress }: ExplainHooks,
): Promise<Explanation> {
  const model = findModel(ctx, request.model);
  scalesToSee(model);
  const output = resolve(request.output);
  const { fileId, ...image } = chosenImage(ctx, request.image);
  const own = { ...image, tile: null };
  const other = await otherImage(ctx, model, request.other, own, fileId);
  const tiles: Tile[] = [];
  const pictures: ExplainedPicture[] = [];
  const score = chooseScore(null, model.scores);
  for (const each of other === null ? [null] : [other, null]) {
    for await (const message of lookInto(ctx, model, { image: own, score, other: each }, signal)) {
      switch (message.kind) {
        case 'choosing-tile':
          onProgress(message);
          break;
        case 'tile':
          // The climb takes the same one once more.
          if (!tiles.some(({ side }) => side === message.side)) tiles.push(message);
          break;
        case 'step':
          onProgress(message);
          if (message.picture !== null) pictures.push(await written(output, model, message.picture));
          break;
      }
    }
  }
  const explanation = {
    notice: NOTICE,
    model: model.record.name,
    image: own.path,
    mixedWith: other?.path ?? null,
    tiles,
    pictures,
    output,
  };
  await writeWhole(join(output, 'numbers.json'), `${JSON.stringify(explanation, null, 2)}\n`);
  return explanation;
}

async function otherImage(
  ctx: Context,
  model: KnownModel,
  chosen: ImageChoice | null,
  own: LookedAt,
  ownId: number | null,
): Promise<LookedAt | null> {
  if (chosen !== null) {
    const { path, part } = chosenImage(ctx, chosen);
    return { path, part, tile: null };
  }
  const { preparation } = model;
  const detector = loadDetector(ctx, model);
  const { path, part } = own;
  const { scores } = await ctx.jobs.maps({ path, part, preparation, detector, names: [] });
  const [nearest] = normalsNear(ctx, model, ownId, scores, 1);
  if (nearest === undefined) return null;
  const { file } = nearest;
  const dataset = ctx.store.datasets.get(file.datasetId);
  return { path: filePath(ctx, dataset, file), part: { frame: file.frame, plane: file.plane }, tile: null };
}

async function written(
  folder: string,
  { preparation }: KnownModel,
  { of, image, bitsPerDimension }: MadePicture,
): Promise<ExplainedPicture> {
  const name = nameOf(of);
  switch (image.kind) {
    case 'shown': {
      const file = `${name}.png`;
      await writeWhole(join(folder, file), await planarPicture(image.pixels, preparation).png().toBuffer());
      return { of, name, file, missing: null, outside: image.outside, bitsPerDimension };
    }
    case 'out-of-range':
      return { of, name, file: null, missing: image.kind, outside: image.outside, bitsPerDimension };
    case 'not-finite':
      return { of, name, file: null, missing: image.kind, outside: null, bitsPerDimension };
  }
}

function nameOf(of: MadePicture['of']): string {
  switch (of.kind) {
    case 'original':
      return of.side === 'own' ? 'image' : 'other';
    case 'mix':
      return `${of.side === 'own' ? 'image' : 'other'}-with-scale-${of.scale}-exchanged`;
    case 'climb':
      return `climb-${String(of.step).padStart(2, '0')}`;
  }
}
