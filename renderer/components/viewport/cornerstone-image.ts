import { Enums, type Types, utilities } from '@cornerstonejs/core';
import { realRange, upperEnd, lowerEnd, windowed } from './data-window.ts';
import type { PixelValues, Pixels, Voi } from './pixels.ts';

/** Millimetres from row to row and from column to column; null where the file does not say. */
export interface Spacing {
  readonly row: number;
  readonly column: number;
}

/** What WebGL draws of a colour image: 8 bits a channel, through the file's own window. */
const COLOUR_RANGE: Voi = { centre: 127.5, width: 255 };

/** The window that an image of cornerstone has in its own units: colours are shown through one of 0 to 255. */
export function voiRangeOf(pixels: Pixels, window: Voi, drawnHere: boolean): Types.VOIRange {
  const shown = pixels.channels > 1 && !drawnHere ? COLOUR_RANGE : window;
  return { lower: lowerEnd(shown), upper: upperEnd(shown) };
}

/**
 * A decoded image as cornerstone takes it. Its values are the real ones, so that measurements are too.
 * @param drawnHere without WebGL cornerstone leaves drawing to the image: 16 bits, floats and colours without loss
 */
export function cornerstoneImage(
  imageId: string,
  pixels: Pixels,
  spacing: Spacing | null,
  drawnHere: boolean,
): Types.IImage {
  const { width, height, channels, window } = pixels;
  const colour = channels > 1;
  const values = colour ? eightBits(pixels) : realValues(pixels);
  const { low, high } = realRange(pixels);
  const voxelManager = utilities.VoxelManager.createImageVoxelManager({
    width,
    height,
    scalarData: values,
    numberOfComponents: colour ? 3 : 1,
    id: imageId,
  });
  return {
    imageId,
    width,
    height,
    columns: width,
    rows: height,
    color: colour,
    rgba: false,
    numberOfComponents: colour ? 3 : 1,
    photometricInterpretation: colour ? 'RGB' : 'MONOCHROME2',
    minPixelValue: colour ? 0 : low,
    maxPixelValue: colour ? 255 : high,
    // The values are rescaled already.
    slope: 1,
    intercept: 0,
    preScale: { enabled: true, scaled: true },
    windowCenter: window.centre,
    windowWidth: window.width,
    voiLUTFunction: Enums.VOILUTFunctionType.LINEAR_EXACT,
    invert: false,
    columnPixelSpacing: spacing?.column ?? 1,
    rowPixelSpacing: spacing?.row ?? 1,
    sizeInBytes: values.byteLength,
    dataType: typeName(values),
    voxelManager,
    getPixelData: () => voxelManager.getScalarData(),
    getCanvas: () => document.createElement('canvas'),
    ...(drawnHere ? { render: drawer(pixels) } : {}),
  };
}

/** What cornerstone asks about an image, by the names of DICOM modules. */
export function imageMetadata(type: string, pixels: Pixels, spacing: Spacing | null): unknown {
  const { width, height, channels, values } = pixels;
  switch (type) {
    case 'imagePlaneModule':
      return {
        rows: height,
        columns: width,
        imageOrientationPatient: [1, 0, 0, 0, 1, 0],
        rowCosines: [1, 0, 0],
        columnCosines: [0, 1, 0],
        imagePositionPatient: [0, 0, 0],
        pixelSpacing: [spacing?.row ?? 1, spacing?.column ?? 1],
        rowPixelSpacing: spacing?.row ?? 1,
        columnPixelSpacing: spacing?.column ?? 1,
        frameOfReferenceUID: 'flowscreen',
        // Lengths are told in pixels where the file gives no millimetres.
        usingDefaultValues: spacing === null,
      };
    case 'imagePixelModule': {
      const bits = channels > 1 ? 8 : values.BYTES_PER_ELEMENT * 8;
      return {
        rows: height,
        columns: width,
        samplesPerPixel: channels > 1 ? 3 : 1,
        photometricInterpretation: channels > 1 ? 'RGB' : 'MONOCHROME2',
        bitsAllocated: bits,
        bitsStored: bits,
        highBit: bits - 1,
        pixelRepresentation: values instanceof Int16Array ? 1 : 0,
      };
    }
    case 'generalSeriesModule':
      return { modality: 'OT' };
    default:
      return undefined;
  }
}

/** Draws for cornerstone, into its canvas and by its transform. */
function drawer(pixels: Pixels): NonNullable<Types.IImage['render']> {
  const picture = document.createElement('canvas');
  picture.width = pixels.width;
  picture.height = pixels.height;
  let drawn = '';
  return ({ canvas, transform, viewport }) => {
    const context = canvas?.getContext('2d');
    const painter = picture.getContext('2d');
    if (
      !context ||
      !painter ||
      canvas === undefined ||
      transform === undefined ||
      viewport?.voi === undefined
    )
      return;
    const { windowWidth, windowCenter } = viewport.voi;
    const inverted = viewport.invert === true;
    const wanted = `${windowWidth} ${windowCenter} ${inverted}`;
    if (wanted !== drawn) {
      const { lower, upper } = utilities.windowLevel.toLowHighRange(windowWidth, windowCenter);
      const window = { centre: (lower + upper) / 2, width: upper - lower };
      const rgba = windowed(pixels, window, inverted);
      painter.putImageData(new ImageData(rgba, pixels.width, pixels.height), 0, 0);
      drawn = wanted;
    }
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.fillStyle = 'black';
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingEnabled = viewport.pixelReplication !== true;
    context.setTransform(...transform.getMatrix());
    context.drawImage(picture, 0, 0);
  };
}

/** Stored values where they are real already; else floats, which hold 16 bits exactly. */
function realValues({ values, slope, intercept }: Pixels): PixelValues {
  if (slope === 1 && intercept === 0) return values;
  return Float32Array.from(values, (value) => value * slope + intercept);
}

function eightBits(pixels: Pixels): Uint8Array {
  const { values, channels, width, height, window } = pixels;
  if (values instanceof Uint8Array && channels === 3) return values;
  const rgba = windowed(pixels, window, false);
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = rgba[pixel * 4 + channel] ?? 0;
  }
  return rgb;
}

function typeName(values: PixelValues): Types.PixelDataTypedArrayString {
  if (values instanceof Uint8Array) return 'Uint8Array';
  if (values instanceof Uint16Array) return 'Uint16Array';
  return values instanceof Int16Array ? 'Int16Array' : 'Float32Array';
}
