import { partKey } from '../../ingest/fingerprint.ts';
import { OpenFiles } from '../../ingest/open-files.ts';
import { type Preparation, imageOf, leastShrink } from '../../ingest/preparation.ts';
import { toSourcePixels } from '../../ingest/source-pixels.ts';
import type { ImageInFile } from '../../ingest/stored-image.ts';
import type { FileRecord } from '../../store/file-records.ts';
import type { App } from '../app.ts';
import { sendFailure, sendPicture, sendPixels, sendThumbnail, sendUnchanged } from './asset-replies.ts';
import { inputPicture, preparationIn } from '../inputs/input-picture.ts';
import { screenedRun } from '../screening/screening-lists.ts';
import { filePath } from '../datasets/file-path.ts';
import { ServiceError } from '../service-error.ts';
import { THUMBNAIL_SIZES, Thumbnails } from './thumbnails.ts';
import { nextCase } from '../triage/triage.ts';
import { userFailure } from '../user-failure.ts';

/** What an address of the contract's `assets` asks for. */
type Asset =
  | { readonly kind: 'thumbnail'; readonly fileId: number; readonly size: number }
  | { readonly kind: 'pixels'; readonly fileId: number }
  | { readonly kind: 'input'; readonly fileId: number; readonly preparation: Preparation }
  | { readonly kind: 'latent'; readonly picture: number }
  | { readonly kind: 'map'; readonly runId: number; readonly fileId: number; readonly score: string };

/** Files looked at lately. */
const opened = new OpenFiles();

/**
 * Answers a request for a picture or for numbers, at the addresses of the contract's `assets`. Addresses hold numbers of
 * records, never paths: nothing is read but files of known datasets. What is not known is answered with 404; a file that
 * cannot be used, with 422 and the sentence for the user as plain text.
 */
export async function handleAsset(request: Request, app: App): Promise<Response> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return sendFailure(405, 'Pictures can only be read.');
  }
  const reply = await replyTo(request, app);
  return request.method === 'GET' ? reply : new Response(null, reply);
}

async function replyTo(request: Request, app: App): Promise<Response> {
  const asset = assetAt(new URL(request.url));
  if (asset === null) return notFound();
  try {
    switch (asset.kind) {
      case 'thumbnail':
        return await thumbnail(request, app, asset);
      case 'pixels':
        return await pixels(app, asset);
      case 'input':
        return await input(request, app, asset);
      case 'latent':
        return latent(app, asset);
      case 'map':
        return await map(app, asset);
    }
  } catch (error) {
    // Whoever asked has gone.
    if (request.signal.aborted) return notFound();
    const failure = userFailure(error);
    if (failure !== null) return sendFailure(UNKNOWN.has(failure.kind) ? 404 : 422, failure.message);
    app.logFailure(`a ${asset.kind} could not be sent`, error);
    return sendFailure(500, "Something unforeseen happened; the log in the settings' folder says what.");
  }
}

/** Kinds of failures that say: there is no such record. */
const UNKNOWN: ReadonlySet<string> = new Set([
  'unknown-run',
  'unknown-file',
  'unknown-score',
  'not-found-record',
]);

function notFound(): Response {
  return sendFailure(404, 'There is no such picture.');
}

const NUMBER = '([1-9][0-9]{0,14})';
const THUMBNAIL = new RegExp(`^/assets/thumbnails/${NUMBER}/${NUMBER}$`);
const PIXELS = new RegExp(`^/assets/pixels/${NUMBER}$`);
const INPUT = new RegExp(`^/assets/inputs/${NUMBER}$`);
const LATENT = new RegExp(`^/assets/latents/${NUMBER}$`);
const MAP = new RegExp(`^/assets/maps/${NUMBER}/${NUMBER}/([^/]{1,200})$`);

function assetAt(address: URL): Asset | null {
  const path = address.pathname;
  const [, thumbnailId, size] = THUMBNAIL.exec(path) ?? [];
  if (thumbnailId !== undefined)
    return { kind: 'thumbnail', fileId: Number(thumbnailId), size: Number(size) };
  const [, pixelsId] = PIXELS.exec(path) ?? [];
  if (pixelsId !== undefined) return { kind: 'pixels', fileId: Number(pixelsId) };
  const [, inputId] = INPUT.exec(path) ?? [];
  if (inputId !== undefined) {
    const preparation = preparationIn(address);
    return preparation === null ? null : { kind: 'input', fileId: Number(inputId), preparation };
  }
  const [, picture] = LATENT.exec(path) ?? [];
  if (picture !== undefined) return { kind: 'latent', picture: Number(picture) };
  const [, runId, fileId, encoded = ''] = MAP.exec(path) ?? [];
  const score = decoded(encoded);
  return runId === undefined || score === null
    ? null
    : { kind: 'map', runId: Number(runId), fileId: Number(fileId), score };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    // Not what encodeURIComponent makes: names nothing.
    return null;
  }
}

const thumbnailsOf = new WeakMap<App, Thumbnails>();

async function thumbnail(
  request: Request,
  app: App,
  { fileId, size: asked }: Extract<Asset, { kind: 'thumbnail' }>,
): Promise<Response> {
  const size = THUMBNAIL_SIZES.find((each) => each === asked);
  if (size === undefined) return notFound();
  const { file, path } = knownFile(app, fileId);
  if (file.status !== 'readable') return sendFailure(422, file.reason);
  const tagOf = (sha256: string) => `"${sha256}${partKey(file)}-${size}"`;
  if (request.headers.get('if-none-match') === tagOf(file.sha256)) return sendUnchanged(tagOf(file.sha256));
  const thumbnails =
    thumbnailsOf.get(app) ??
    new Thumbnails(app.services.home, opened, (error) =>
      app.logFailure('a thumbnail could not be kept', error),
    );
  thumbnailsOf.set(app, thumbnails);
  const { webp, sha256 } = await thumbnails.of({ ...file, path }, size, request.signal);
  return sendThumbnail(webp, tagOf(sha256));
}

async function pixels(app: App, { fileId }: Extract<Asset, { kind: 'pixels' }>): Promise<Response> {
  const { file, path } = knownFile(app, fileId);
  const image = await opened.of(path, file.plane);
  const shrink = viewedAt(imageOf(image, file));
  return sendPixels(toSourcePixels(await image.read(file, { shrink })), shrink);
}

/** More would fill the memory of a page. 256 MiB. */
const MOST_BYTES = 2 ** 28;

/** How far an image is averaged down to be looked at. */
function viewedAt({ width, height, channels, bitDepth }: ImageInFile): number {
  const bytes = width * height * channels * (bitDepth <= 8 ? 1 : bitDepth <= 16 ? 2 : 4);
  return Math.max(leastShrink(width, height), Math.ceil(Math.sqrt(bytes / MOST_BYTES)));
}

async function input(
  request: Request,
  app: App,
  { fileId, preparation }: Extract<Asset, { kind: 'input' }>,
): Promise<Response> {
  const { file, path } = knownFile(app, fileId);
  if (file.status !== 'readable') return sendFailure(422, file.reason);
  return sendPicture(await inputPicture(opened, path, file, preparation, request.signal));
}

function latent({ pictures }: App, { picture }: Extract<Asset, { kind: 'latent' }>): Response {
  const webp = pictures.get(picture);
  return webp === undefined ? notFound() : sendPicture(webp);
}

async function map(app: App, { runId, fileId, score }: Extract<Asset, { kind: 'map' }>): Promise<Response> {
  const { services, maps } = app;
  const { model, dataset } = screenedRun(services, runId);
  const file = services.store.ranking.caseFile(runId, fileId);
  const scale = model.metrics.colourScales[score];
  if (file === undefined || scale === undefined || !model.scores.includes(score)) return notFound();
  const modelId = model.record.id;
  const drawn = await maps.maps(modelId, filePath(services, dataset, file), file);
  const values = drawn.maps[score];
  if (values === undefined) return notFound();
  const next = nextCase(services, runId, fileId);
  const nextFile = next === null ? undefined : services.store.files.get(next);
  if (nextFile !== undefined) maps.prefetch(modelId, filePath(services, dataset, nextFile), nextFile);
  return sendPixels({
    width: drawn.width,
    height: drawn.height,
    channels: 1,
    values,
    slope: 1,
    intercept: 0,
    window: { centre: (scale.low + scale.high) / 2, width: scale.high - scale.low },
    inverted: false,
  });
}

/** A file of a dataset, and where it is. @throws ServiceError 'unknown-file' */
function knownFile({ services }: App, fileId: number): { file: FileRecord; path: string } {
  const file = services.store.files.get(fileId);
  if (file === undefined) {
    throw new ServiceError('unknown-file', `There is no image with the number ${fileId}.`);
  }
  return { file, path: filePath(services, services.store.datasets.get(file.datasetId), file) };
}
