import type { SampleKind } from '../raster/sample-kind.ts';
import type { ImageInFile, OpenedFile, StoredImage, StoredValues } from '../stored-image.ts';
import { viewOf } from '../view-of.ts';
import { readAcquisition } from './acquisition.ts';
import { DOUBLE_PIXELS, FLOAT_PIXELS, PIXELS } from './elements.ts';
import { readFileStructure } from './file-structure.ts';
import { frameSource } from './frame-source.ts';
import { inSpatialOrder, readPlaces } from './frame-geometry.ts';
import { functionalGroups } from './functional-groups.ts';
import { lookedUp, readGreyMeaning } from './modality-values.ts';
import type { GreyMeaning } from './modality-values.ts';
import { coloured, readPalette } from './palette.ts';
import type { Palette } from './palette.ts';
import { readPixelDescription } from './pixel-description.ts';
import type { PixelDescription } from './pixel-description.ts';
import { orIngestError } from './structure-problem.ts';
import { withoutImage } from './without-image.ts';

/**
 * Opens a DICOM file that holds images. Overlays are ignored, in planes of their own and in unused bits alike.
 * @param bytes the whole file, which is kept and must not change
 * @throws IngestError truncated, corrupt, too-large, unsupported-format; not-an-image for an object without pixels
 */
export function openDicom(bytes: Uint8Array, path: string): OpenedFile {
  return orIngestError(path, () => open(bytes, path));
}

function open(bytes: Uint8Array, path: string): OpenedFile {
  const structure = readFileStructure(bytes, path);
  const { attributes } = structure;
  const element = [PIXELS, FLOAT_PIXELS, DOUBLE_PIXELS].flatMap(
    (tag) => attributes.elements.get(tag) ?? [],
  )[0];
  if (!element) throw withoutImage(structure, path);
  const floating = element.tag === PIXELS ? null : element.tag === FLOAT_PIXELS ? 32 : 64;
  const description = readPixelDescription(attributes, floating, path);
  const palette =
    description.photometric === 'PALETTE COLOR' ? readPalette(attributes, description.signed, path) : null;
  const source = frameSource(structure, element, description, path);
  const groupsOf = functionalGroups(attributes);
  const meaningOf = (frame: number): GreyMeaning =>
    readGreyMeaning(attributes, groupsOf(frame), description, path);
  const places = readPlaces(attributes, description.frames, groupsOf);

  const common = {
    width: description.columns,
    height: description.rows,
    channels: description.samples === 3 || palette !== null ? 3 : 1,
    bitDepth: palette?.bits ?? Math.min(32, meaningOf(0).table?.bits ?? description.bitsStored),
  } as const;
  const images = inSpatialOrder(places).map((frame): ImageInFile => ({
    part: { frame, plane: null },
    ...common,
    position: places[frame]?.position ?? null,
  }));
  return {
    path,
    format: 'dicom',
    images,
    notes: [],
    acquisition: readAcquisition(attributes, groupsOf(0)),
    heldBytes: bytes.byteLength + (structure.bytes.buffer === bytes.buffer ? 0 : structure.bytes.byteLength),
    read: async ({ frame, plane }, view = {}) => {
      if (plane !== null || !(frame in places)) {
        throw new RangeError(`There is no frame ${String(frame)} in "${path}".`);
      }
      const values = await source(frame);
      const image = orIngestError(path, () => imageOf(values, frame, description, palette, meaningOf));
      return viewOf(image, kindOf(image.values), view);
    },
  };
}

function imageOf(
  values: StoredValues,
  frame: number,
  description: PixelDescription,
  palette: Palette | null,
  meaningOf: (frame: number) => GreyMeaning,
): StoredImage {
  const { columns: width, rows: height, photometric, bitsStored, signed } = description;
  const plain = { slope: 1, intercept: 0, voi: null, inverted: false, padding: null } as const;
  if (palette) {
    const declared = { low: 0, high: 2 ** palette.bits - 1 };
    return { width, height, channels: 3, values: coloured(values, palette), declared, ...plain };
  }
  const declared = signed || values instanceof Float32Array ? null : { low: 0, high: 2 ** bitsStored - 1 };
  if (description.samples === 3) return { width, height, channels: 3, values, declared, ...plain };
  const { slope, intercept, table, voi, padding } = meaningOf(frame);
  const grey = {
    width,
    height,
    channels: 1,
    slope,
    intercept,
    voi,
    inverted: photometric === 'MONOCHROME1',
  } as const;
  if (!table) return { ...grey, values, declared, padding };
  return {
    ...grey,
    values: lookedUp(values, table, padding),
    declared: { low: 0, high: 2 ** table.bits - 1 },
    padding: padding && { low: -1, high: -1 },
  };
}

function kindOf(values: StoredValues): SampleKind {
  if (values instanceof Uint8Array) return 'uint8';
  if (values instanceof Int8Array) return 'int8';
  if (values instanceof Uint16Array) return 'uint16';
  if (values instanceof Int16Array) return 'int16';
  if (values instanceof Uint32Array) return 'uint32';
  if (values instanceof Int32Array) return 'int32';
  return 'float32';
}
