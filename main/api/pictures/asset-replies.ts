import { PIXEL_HEADERS } from '../../../preload/contract.ts';

/** Numbers in rows, for a viewport; see the contract's `assets`. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly channels: number;
  readonly values: Uint8Array | Uint16Array | Int16Array | Float32Array;
  readonly slope: number;
  readonly intercept: number;
  readonly window: { readonly centre: number; readonly width: number };
  readonly inverted: boolean;
}

const COMMON = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
};

/** Pictures of patients stay out of the browser's cache on disk. */
const NOT_KEPT = { 'cache-control': 'no-store' };

/** @param shrink pixels a side of the image that share a value */
export function sendPixels(pixels: Pixels, shrink = 1): Response {
  const { values, window } = pixels;
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
  return new Response(bytes, {
    headers: {
      ...COMMON,
      ...NOT_KEPT,
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.byteLength),
      [PIXEL_HEADERS.width]: String(pixels.width),
      [PIXEL_HEADERS.height]: String(pixels.height),
      [PIXEL_HEADERS.channels]: String(pixels.channels),
      [PIXEL_HEADERS.shrink]: String(shrink),
      [PIXEL_HEADERS.type]: typeOf(values),
      [PIXEL_HEADERS.slope]: String(pixels.slope),
      [PIXEL_HEADERS.intercept]: String(pixels.intercept),
      [PIXEL_HEADERS.windowCentre]: String(window.centre),
      [PIXEL_HEADERS.windowWidth]: String(window.width),
      [PIXEL_HEADERS.inverted]: String(pixels.inverted),
    },
  });
}

function typeOf(values: Pixels['values']): string {
  if (values instanceof Uint8Array) return 'uint8';
  if (values instanceof Uint16Array) return 'uint16';
  return values instanceof Int16Array ? 'int16' : 'float32';
}

/** May be kept, and is asked for anew each time: the address names a file, whose content may change. */
export function sendThumbnail(webp: Uint8Array<ArrayBuffer>, tag: string): Response {
  return new Response(webp, {
    headers: {
      ...thumbnailHeaders(tag),
      'content-type': 'image/webp',
      'content-length': String(webp.byteLength),
    },
  });
}

/** Made for one look. */
export function sendPicture(webp: Uint8Array<ArrayBuffer>): Response {
  return new Response(webp, {
    headers: {
      ...COMMON,
      ...NOT_KEPT,
      'content-type': 'image/webp',
      'content-length': String(webp.byteLength),
    },
  });
}

export function sendUnchanged(tag: string): Response {
  return new Response(null, { status: 304, headers: thumbnailHeaders(tag) });
}

function thumbnailHeaders(tag: string): Record<string, string> {
  return { ...COMMON, 'cache-control': 'private, no-cache', etag: tag };
}

/** @param sentence for the user */
export function sendFailure(status: 404 | 405 | 422 | 500, sentence: string): Response {
  return new Response(sentence, {
    status,
    headers: {
      ...COMMON,
      ...NOT_KEPT,
      'content-type': 'text/plain; charset=utf-8',
      ...(status === 405 && { allow: 'GET, HEAD' }),
    },
  });
}
