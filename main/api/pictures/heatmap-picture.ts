import { colourise } from '../../../models/scoring/colour-map.ts';
import { NOTICE } from '../../../preload/contract/notice.ts';
import { sharp } from '../../ingest/sharp.ts';
import type { ColourScale } from '../../jobs/colour-scales.ts';
import { textPath, textWidth } from './stroke-text.ts';

export interface PicturePanel {
  readonly title: string;
  readonly subtitle: string;
  /** Row-major, the size of the image. */
  readonly map: Float32Array;
  readonly scale: ColourScale;
  /** Of the map's values; empty where they have none. */
  readonly unit: string;
}

export interface Picture {
  readonly png: Uint8Array;
  readonly width: number;
  readonly height: number;
}

const MARGIN = 16;
const TEXT = 10;
const SMALL_TEXT = 8;
const HEAD = 40;
const BAR = 12;
const LEGEND = 54;
const FOOT = 24;
/** A small image is enlarged by a whole factor to at most this side, a large one shrunk to `LARGEST`. */
const ENLARGED = 256;
const LARGEST = 768;
/** Room for titles. */
const NARROWEST = 190;

/**
 * An image beside its heatmaps, each with the scale its colours stand for.
 * @param image interleaved RGB
 */
export async function drawHeatmaps(
  image: Uint8Array,
  size: { readonly width: number; readonly height: number },
  panels: readonly PicturePanel[],
): Promise<Picture> {
  const shown = shownSize(size);
  const column = Math.max(shown.width, NARROWEST) + MARGIN;
  const width = column * (panels.length + 1) + MARGIN;
  const height = HEAD + shown.height + LEGEND + FOOT;
  const left = (index: number) => MARGIN + index * column;
  const layers = [
    { input: await scaled(image, size, shown), left: left(0), top: HEAD },
    ...(await Promise.all(
      panels.map(async ({ map, scale }, index) => ({
        input: await scaled(colourise(map, scale.low, scale.high), size, shown),
        left: left(index + 1),
        top: HEAD,
      })),
    )),
    ...(await Promise.all(
      panels.map(async (_, index) => ({
        input: await colourBar(shown.width),
        left: left(index + 1),
        top: HEAD + shown.height + 6,
      })),
    )),
    { input: Buffer.from(labels(panels, left, shown, { width, height })), left: 0, top: 0 },
  ];
  const png = await sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite(layers)
    .png()
    .toBuffer();
  return { png, width, height };
}

function shownSize({ width, height }: { width: number; height: number }): { width: number; height: number } {
  const side = Math.max(width, height);
  const factor = side > LARGEST ? LARGEST / side : Math.max(1, Math.floor(ENLARGED / side));
  return { width: Math.max(1, Math.round(width * factor)), height: Math.max(1, Math.round(height * factor)) };
}

async function scaled(
  rgb: Uint8Array,
  from: { readonly width: number; readonly height: number },
  to: { readonly width: number; readonly height: number },
): Promise<Buffer> {
  return sharp(rgb, { raw: { width: from.width, height: from.height, channels: 3 } })
    .resize(to.width, to.height, { fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();
}

function colourBar(width: number): Promise<Buffer> {
  const steps = Float32Array.from({ length: width }, (_, x) => x / Math.max(1, width - 1));
  return scaled(colourise(steps, 0, 1), { width, height: 1 }, { width, height: BAR });
}

function labels(
  panels: readonly PicturePanel[],
  left: (index: number) => number,
  shown: { readonly width: number; readonly height: number },
  { width, height }: { readonly width: number; readonly height: number },
): string {
  const numbers = HEAD + shown.height + 6 + BAR + 14;
  const texts = panels.flatMap(({ title, subtitle, scale, unit }, index) => {
    const x = left(index + 1);
    const high = number(scale.high);
    const room = Math.max(shown.width, NARROWEST) - textWidth(high, SMALL_TEXT);
    return [
      textPath(title, x, 16, TEXT),
      textPath(subtitle, x, 33, SMALL_TEXT),
      textPath(number(scale.low), x, numbers, SMALL_TEXT),
      textPath(
        high,
        x + Math.min(room, Math.max(0, shown.width - textWidth(high, SMALL_TEXT))),
        numbers,
        SMALL_TEXT,
      ),
      textPath(unit, x, numbers + 16, SMALL_TEXT),
    ];
  });
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    textPath('image', left(0), 16, TEXT) +
    texts.join('') +
    textPath(NOTICE, MARGIN, height - 10, TEXT) +
    '</svg>'
  );
}

function number(value: number): string {
  return value.toPrecision(3);
}
