import { IngestError } from './errors.ts';
import { type Foreground, foregroundOf } from './foreground.ts';
import { AS_THE_FILE_SAYS } from './intensity-settings.ts';
import { isShownByItsRange, ownRange, toModelInput } from './intensity.ts';
import { type Placement, layOut } from './layout.ts';
import { cut, resize, toGrey, writePlanar } from './pixels.ts';
import type { ByteImage } from './pixels.ts';
import type { Preparation } from './preparation-settings.ts';
import type { ImageInFile, OpenedFile, Part, StoredImage } from './stored-image.ts';

export { Preparation } from './preparation-settings.ts';

/** One input of a detector. Shared by the loader's cache: never write to `pixels`. */
export interface PreparedImage {
  /** Planar [channels, height, width] as the preparation says, 8 bits. */
  readonly pixels: Uint8Array;
  /** Where the left edge lies in the scaled image, in its pixels; negative where it is padded. */
  readonly x: number;
  /** Where the top edge lies in the scaled image. */
  readonly y: number;
}

/** The inputs that one image gives: one, or as many tiles as it takes to cover it, row by row. */
export interface Inputs {
  /** Where each lies in the scaled image, as {@link PreparedImage} says. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
  /** Of those that are in memory already; 0 where each is read when it is asked for. */
  readonly bytes: number;
  /** @throws IngestError where the file can no longer be read */
  at(index: number): Promise<PreparedImage>;
}

/** An image of more pixels is never in memory as a whole: 64 megapixels. */
export const LARGE_PIXELS = 2 ** 26;
/** Lanczos sees at least so many pixels a side for each of the result, so that averaging before it does not show. */
const PIXELS_KEPT = 2;

/**
 * Prepares an image of an opened file. A large one is read piece by piece: its tiles when they are asked for, anything else
 * averaged down first.
 * @throws IngestError where its pixels cannot be decoded
 */
export async function prepare(file: OpenedFile, part: Part, p: Preparation): Promise<Inputs> {
  const { width, height } = imageOf(file, part);
  const isLarge = width * height > LARGE_PIXELS;
  if (isLarge && p.fit === 'tile') return largeTiles(file, part, p);
  const image = await (isLarge ? shrunken(file, part, p) : file.read(part));
  return prepareStored(image, p, (over) => (over === 'image' ? ofOne(image) : ofFile(file)));
}

/**
 * Prepares an image that is in memory. RGB becomes grey by Rec. 601 luma, grey becomes RGB by repetition.
 * @param foregroundOfWhole asked where the intensity depends on it; of the image itself when absent
 */
export async function prepareStored(
  image: StoredImage,
  p: Preparation,
  foregroundOfWhole: (over: 'image' | 'file') => Promise<Foreground> = () => ofOne(image),
): Promise<Inputs> {
  const source = await toInput(image, p, foregroundOfWhole);
  const prepared: PreparedImage[] = [];
  for (const place of layOut(image.width, image.height, p)) {
    prepared.push(await placed(cut(source, place.from), place, p));
  }
  return {
    places: prepared,
    bytes: prepared.reduce((sum, { pixels }) => sum + pixels.byteLength, 0),
    at: (index) => Promise.resolve(checked(prepared[index], index)),
  };
}

function largeTiles(file: OpenedFile, part: Part, p: Preparation): Inputs {
  const { width, height } = imageOf(file, part);
  const places = layOut(width, height, p);
  const read = ({ from }: Placement) => file.read(part, { region: from });
  // The whole image's distribution, from an average of it that fits.
  const ofImage = once(() => shrunkenToFit(file, part).then(ofOne));
  const range = once(() => rangeOfAll(places, read));
  return {
    places,
    bytes: 0,
    at: async (index) => {
      const place = checked(places[index], index);
      const image = await read(place);
      const setting = await intensityOfPart(image, p, range);
      const input = await toInput(image, setting, (over) => (over === 'image' ? ofImage() : ofFile(file)));
      return placed(input, place, p);
    },
  };
}

/** Of an image that is shown from its smallest to its largest value, those of all of it. */
async function intensityOfPart<P extends Preparation>(
  image: StoredImage,
  p: P,
  range: () => Promise<{ low: number; high: number }>,
): Promise<P> {
  if ((p.intensity ?? AS_THE_FILE_SAYS).kind !== 'file' || !isShownByItsRange(image)) return p;
  const { low, high } = await range();
  return low < high ? { ...p, intensity: { kind: 'window', low, high } } : p;
}

async function rangeOfAll(
  places: readonly Placement[],
  read: (place: Placement) => Promise<StoredImage>,
): Promise<{ low: number; high: number }> {
  let [low, high] = [Infinity, -Infinity];
  for (const place of places) {
    const own = ownRange(await read(place));
    low = Math.min(low, own.low);
    high = Math.max(high, own.high);
  }
  return { low, high };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

async function toInput(
  image: StoredImage,
  p: Preparation,
  foregroundOfWhole: (over: 'image' | 'file') => Promise<Foreground>,
): Promise<ByteImage> {
  const bytes = await toModelInput(image, p.intensity ?? AS_THE_FILE_SAYS, foregroundOfWhole);
  return p.channels === 1 ? toGrey(bytes) : bytes;
}

async function placed(image: ByteImage, { to, x, y }: Placement, p: Preparation): Promise<PreparedImage> {
  const pixels = new Uint8Array(p.channels * p.height * p.width);
  writePlanar(await resize(image, to.width, to.height), pixels, p, to);
  return { pixels, x, y };
}

function shrunken(file: OpenedFile, part: Part, p: Preparation): Promise<StoredImage> {
  const { width, height } = imageOf(file, part);
  const [{ from, to } = { from: { width, height }, to: p }] = layOut(width, height, p);
  const spare = Math.min(from.width / to.width, from.height / to.height) / PIXELS_KEPT;
  return file.read(part, { shrink: Math.max(leastShrink(width, height), Math.floor(spare)) });
}

function shrunkenToFit(file: OpenedFile, part: Part): Promise<StoredImage> {
  const { width, height } = imageOf(file, part);
  return file.read(part, { shrink: leastShrink(width, height) });
}

/** The factor from which on the whole fits into memory; never more than a side, of which nothing would be left. */
export function leastShrink(width: number, height: number): number {
  return Math.min(Math.ceil(Math.sqrt((width * height) / LARGE_PIXELS)), width, height);
}

const ofFiles = new WeakMap<OpenedFile, Promise<Foreground>>();

function ofFile(file: OpenedFile): Promise<Foreground> {
  const known = ofFiles.get(file) ?? ofAll(file);
  ofFiles.set(file, known);
  return known;
}

function ofOne(image: StoredImage): Promise<Foreground> {
  return foregroundOf(() => [image], image.values.length);
}

function ofAll(file: OpenedFile): Promise<Foreground> {
  const total = file.images.reduce((sum, { width, height, channels }) => sum + width * height * channels, 0);
  return foregroundOf(async function* () {
    for (const { part } of file.images) yield await shrunkenToFit(file, part);
  }, total);
}

/** @throws IngestError 'not-found' for an image that the file does not hold (any more) */
export function imageOf(file: OpenedFile, { frame, plane }: Part): ImageInFile {
  const found = file.images.find((each) => each.part.frame === frame && each.part.plane === plane);
  if (found !== undefined) return found;
  throw new IngestError(
    'not-found',
    file.path,
    `"${file.path}" no longer holds its image ${String(frame + 1)}; scan its folder again.`,
  );
}

function checked<T>(item: T | undefined, index: number): T {
  if (item !== undefined) return item;
  throw new RangeError(`The image has no input ${String(index)}.`);
}
