import { corrupt } from '../problems.ts';
import type { StoredImage, StoredValues, Voi } from '../stored-image.ts';
import type { Attributes } from './attributes.ts';
import { readLookupTable } from './lookup-table.ts';
import type { LookupTable } from './lookup-table.ts';
import type { PixelDescription } from './pixel-description.ts';

/** What the stored values of a frame in grey mean, PS3.3 C.11.1 and C.11.2. */
export interface GreyMeaning {
  readonly slope: number;
  readonly intercept: number;
  /** Modality LUT, instead of slope and intercept. */
  readonly table: LookupTable | null;
  readonly voi: Voi | null;
  readonly padding: StoredImage['padding'];
}

/**
 * @param groups the functional groups of the frame, its own before the shared ones; none of a file that is not enhanced
 * @throws IngestError corrupt
 */
export function readGreyMeaning(
  attributes: Attributes,
  groups: readonly Attributes[],
  description: PixelDescription,
  path: string,
): GreyMeaning {
  const transformation = firstItem(groups, 'x00289145') ?? attributes;
  const modalityLut = attributes.item('x00283000');
  const { signed } = description;
  const table = modalityLut && readLookupTable(modalityLut, 'x00283002', 'x00283006', signed);
  if (modalityLut && !table) throw corrupt(path, 'its modality LUT is damaged');
  // Doses have a scaling of their own (PS3.3 C.8.8.3).
  const slope = number(transformation, 'x00281053', path) ?? number(attributes, 'x3004000e', path) ?? 1;
  if (slope === 0) throw corrupt(path, 'its DICOM rescale slope is 0');
  const intercept = number(transformation, 'x00281052', path) ?? 0;
  const frameVoi = firstItem(groups, 'x00289132');
  return {
    slope: table ? 1 : slope,
    intercept: table ? 0 : intercept,
    table,
    voi:
      (frameVoi && readWindow(frameVoi)) ?? readWindow(attributes) ?? readVoiTable(attributes, description),
    padding: readPadding(attributes, description),
  };
}

export function firstItem(groups: readonly Attributes[], tag: string): Attributes | null {
  for (const group of groups) {
    const item = group.item(tag);
    if (item) return item;
  }
  return null;
}

/** A decimal; null where it is absent. */
function number(attributes: Attributes, tag: string, path: string): number | null {
  const [value] = attributes.decimals(tag);
  if (value === undefined) return null;
  if (!Number.isFinite(value)) throw corrupt(path, `its DICOM attribute ${tag.slice(1)} is not a number`);
  return value;
}

/** The first window; null where there is none or its width is not allowed. */
function readWindow(attributes: Attributes): Voi | null {
  const centre = attributes.decimal('x00281050');
  const width = attributes.decimal('x00281051');
  const name = attributes.text('x00281056') ?? 'LINEAR';
  const shape = name === 'SIGMOID' || name === 'LINEAR_EXACT' ? name : 'LINEAR';
  if (centre === null || width === null) return null;
  const allowed = shape === 'LINEAR' ? width >= 1 : width > 0;
  return allowed ? { kind: 'window', centre, width, function: shape } : null;
}

function readVoiTable(attributes: Attributes, { signed }: PixelDescription): Voi | null {
  const item = attributes.item('x00283010');
  // Its values are modality values, which rescaling can make negative.
  const negative = signed || (attributes.decimal('x00281052') ?? 0) < 0;
  const table = item && readLookupTable(item, 'x00283002', 'x00283006', negative);
  return table && { kind: 'table', first: table.first, entries: table.entries, white: 2 ** table.bits - 1 };
}

/** PS3.3 C.7.5.1.1.2. */
function readPadding(attributes: Attributes, description: PixelDescription): StoredImage['padding'] {
  const { signed, bitsStored, floating } = description;
  if (floating !== null) return readFloatPadding(attributes, floating);
  const unused = Math.max(0, 32 - bitsStored);
  /** As the pixels are read: the bits of a sample alone, with its sign, whatever type the writer gave the attribute. */
  const read = (tag: string): number | null => {
    const value = attributes.number(tag, 'US');
    if (value === null) return null;
    return signed ? (value << Math.max(16, unused)) >> Math.max(16, unused) : (value << unused) >>> unused;
  };
  const value = read('x00280120');
  if (value === null) return null;
  const limit = read('x00280121') ?? value;
  return { low: Math.min(value, limit), high: Math.max(value, limit) };
}

/** PS3.3 C.7.6.24 and C.7.6.25: Float and Double Float Pixel Padding Value, each with its range limit. */
function readFloatPadding(attributes: Attributes, floating: 32 | 64): StoredImage['padding'] {
  const [tag, limitTag, type] =
    floating === 32
      ? (['x00280122', 'x00280124', 'FL'] as const)
      : (['x00280123', 'x00280125', 'FD'] as const);
  const value = attributes.number(tag, type);
  if (value === null) return null;
  const limit = attributes.number(limitTag, type) ?? value;
  // Stored values are kept as floats of 32 bits.
  return { low: Math.fround(Math.min(value, limit)), high: Math.fround(Math.max(value, limit)) };
}

/**
 * Looks the values of a modality LUT up. Padding has no modality value: it becomes -1, which no entry of a table is.
 */
export function lookedUp(
  values: StoredValues,
  { first, entries }: LookupTable,
  padding: StoredImage['padding'],
): Uint16Array | Int32Array {
  const last = entries.length - 1;
  const result = padding === null ? new Uint16Array(values.length) : new Int32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0;
    const isPadding = padding !== null && value >= padding.low && value <= padding.high;
    result[i] = isPadding ? -1 : (entries[Math.min(last, Math.max(0, value - first))] ?? 0);
  }
  return result;
}
