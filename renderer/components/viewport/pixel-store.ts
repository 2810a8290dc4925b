import { assets } from '../../../preload/contract.ts';
import { sentenceOf } from '../../failure.ts';
import { Kept } from './kept.ts';
import { type Pixels, PixelsError, decodePixels } from './pixels.ts';

const MEBI = 1024 * 1024;
const images = new Kept<Pixels>(384 * MEBI, ({ values }) => values.byteLength);
const maps = new Kept<Pixels>(128 * MEBI, ({ values }) => values.byteLength);

/** @throws PixelsError with a sentence for the user */
export function imagePixels(fileId: number): Promise<Pixels> {
  return images.get(String(fileId), (signal) => fetched(assets.pixels(fileId), 'image', signal));
}

/** @throws PixelsError with a sentence for the user */
export function mapPixels(runId: number, fileId: number, score: string): Promise<Pixels> {
  return maps.get(`${runId}/${fileId}/${score}`, (signal) =>
    fetched(assets.map(runId, fileId, score), 'heatmap', signal),
  );
}

/** Loads ahead of need: a failure shows when it is needed. */
export function prefetch(load: Promise<unknown>): void {
  load.catch(() => {
    // Told when the picture is asked for in earnest, as what failed is not kept.
  });
}

/** The images may have changed on disk. */
export function forgetPixels(): void {
  images.drop(() => true);
  maps.drop(() => true);
}

/** What a user is told where a picture did not come. */
export function pictureFailure(error: unknown): string {
  return error instanceof PixelsError ? error.message : sentenceOf(error);
}

async function fetched(address: string, what: 'image' | 'heatmap', signal: AbortSignal): Promise<Pixels> {
  let response: Response;
  try {
    response = await fetch(address, { signal });
  } catch {
    throw new PixelsError(`The ${what} could not be fetched: the program does not answer. Try again.`);
  }
  if (!response.ok) throw new PixelsError(await refusal(response, what));
  return decodePixels(response.headers, await response.arrayBuffer());
}

async function refusal(response: Response, what: 'image' | 'heatmap'): Promise<string> {
  const text =
    response.headers.get('content-type')?.startsWith('text/plain') === true ? await response.text() : '';
  return text === ''
    ? `The ${what} of this case cannot be shown (${response.status}). See whether its file is still there.`
    : text;
}
