import { corrupt, unsupported } from '../../problems.ts';
import type { StoredValues } from '../../stored-image.ts';
import { allocate } from '../sample-kind.ts';
import type { SampleKind } from '../sample-kind.ts';
import type { TiffLayout } from './layout.ts';

/** What the samples of a page mean. */
export type TiffColours =
  | { readonly kind: 'grey'; readonly inverted: boolean; readonly alpha: boolean }
  | { readonly kind: 'rgb'; readonly alpha: boolean }
  | { readonly kind: 'palette' }
  | { readonly kind: 'lab'; readonly bits: 8 | 16 }
  /** Colours that a decoder of pictures turns into RGB. */
  | { readonly kind: 'other' };

/** @throws IngestError unsupported-format */
export function coloursOf(layout: TiffLayout, path: string): TiffColours {
  switch (layout.photometric) {
    case 0:
    case 1:
      return { kind: 'grey', inverted: layout.photometric === 0, alpha: hasAlpha(layout, 1, path) };
    case 2:
      return { kind: 'rgb', alpha: hasAlpha(layout, 3, path) };
    case 3:
      if (layout.samples !== 1 || layout.bits > 16 || layout.numbers !== 'unsigned') {
        throw unsupported(path, 'holds a palette for more than one channel of 16 bits');
      }
      return { kind: 'palette' };
    case 5:
    case 6:
      return { kind: 'other' };
    case 8:
      return { kind: 'lab', bits: labBits(layout, path) };
    case 32803:
    case 34892:
      throw unsupported(path, 'is a raw picture of a camera');
    default:
      throw unsupported(path, `holds colours of kind ${String(layout.photometric)}`);
  }
}

function labBits({ samples, bits, numbers }: TiffLayout, path: string): 8 | 16 {
  if (samples === 3 && numbers === 'unsigned' && (bits === 8 || bits === 16)) return bits;
  throw unsupported(path, `holds CIE Lab in ${String(samples)} channels of ${String(bits)} bits`);
}

/** Whether behind the colours comes the alpha that lies over black; more is no picture. */
function hasAlpha({ samples, extra }: TiffLayout, colours: number, path: string): boolean {
  if (samples === colours) return false;
  const [kind] = extra;
  if (samples === colours + 1 && (kind === 1 || kind === 2)) return true;
  throw unsupported(path, `holds ${String(samples)} channels, more than its ${String(colours)} of colour`);
}

/** Drops alpha: premultiplied colours lie over black already, the others are multiplied by it. */
export function overBlack(values: StoredValues, layout: TiffLayout, kind: SampleKind): StoredValues {
  const colours = layout.samples - 1;
  const premultiplied = layout.extra[0] === 1;
  const whole =
    kind === 'float32' ? 1 : 2 ** (layout.numbers === 'signed' ? layout.bits - 1 : layout.bits) - 1;
  const flat = allocate(kind, (values.length / layout.samples) * colours);
  for (let from = 0, to = 0; from < values.length; from += layout.samples) {
    const alpha = premultiplied ? whole : (values[from + colours] ?? 0);
    for (let c = 0; c < colours; c++) {
      const value = ((values[from + c] ?? 0) * alpha) / whole;
      flat[to++] = kind === 'float32' ? value : Math.round(value);
    }
  }
  return flat;
}

/** Palette indices → interleaved RGB. @throws IngestError corrupt */
export function throughPalette(indices: StoredValues, colours: Uint8Array, path: string): Uint8Array {
  const rgb = new Uint8Array(indices.length * 3);
  let to = 0;
  for (const index of indices) {
    if (index * 3 >= colours.length)
      throw corrupt(path, `a pixel uses colour ${String(index)}, which it lacks`);
    for (let c = 0; c < 3; c++) rgb[to++] = colours[index * 3 + c] ?? 0;
  }
  return rgb;
}
