import { readFile } from 'node:fs/promises';
import { gunzipSync } from 'node:zlib';
import { SourceError } from './source-error.ts';

/** A 3-D volume in the scanner's units: `voxels[x + width * (y + height * z)]`, after the header's slope and intercept. */
export interface Volume {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly voxels: Float64Array;
}

const HEADER_BYTES = 348;

/**
 * Reads a gzipped little-endian single-file NIfTI-1 volume and checks that its axes run patient right → left, anterior →
 * posterior, inferior → superior: a slice then shows the front of the head at the top and the patient's right on the left.
 *
 * @throws {SourceError} `malformed` for a file that is not such a volume, `unexpected` for other axes.
 */
export async function readNifti(path: string): Promise<Volume> {
  let bytes: Buffer;
  try {
    bytes = gunzipSync(await readFile(path));
  } catch (cause) {
    throw new SourceError(
      'missing',
      `${path} cannot be read (${String(cause)}): unpack the source archive again.`,
    );
  }
  if (bytes.length < HEADER_BYTES || bytes.readInt32LE(0) !== HEADER_BYTES) {
    throw new SourceError(
      'malformed',
      `${path} is not a little-endian NIfTI-1 file: unpack the source archive again.`,
    );
  }
  const [dimensions, width, height, depth] = [40, 42, 44, 46].map((offset) => bytes.readInt16LE(offset));
  if (dimensions !== 3 || width === undefined || height === undefined || depth === undefined) {
    throw new SourceError('malformed', `${path} is not a 3-D volume: choose the volume of one modality.`);
  }
  const axes = [280, 300, 320].map((offset) => bytes.readFloatLE(offset));
  if (axes[0] !== -1 || axes[1] !== -1 || axes[2] !== 1) {
    throw new SourceError(
      'unexpected',
      `${path} has axes other than left-posterior-superior at 1 mm: resample it first.`,
    );
  }

  const count = width * height * depth;
  const start = bytes.readFloatLE(108);
  const element = elementReader(bytes.readInt16LE(70), path);
  if (bytes.length < start + count * element.bytes) {
    throw new SourceError(
      'malformed',
      `${path} ends before its last voxel: unpack the source archive again.`,
    );
  }
  // The format defines a slope of 0 as "no scaling".
  const storedSlope = bytes.readFloatLE(112);
  const slope = storedSlope === 0 ? 1 : storedSlope;
  const intercept = storedSlope === 0 ? 0 : bytes.readFloatLE(116);
  const voxels = Float64Array.from(
    { length: count },
    (_, index) => slope * element.read(bytes, start + index * element.bytes) + intercept,
  );
  return { width, height, depth, voxels };
}

interface ElementReader {
  readonly bytes: number;
  readonly read: (buffer: Buffer, offset: number) => number;
}

function elementReader(datatype: number, path: string): ElementReader {
  switch (datatype) {
    case 2:
      return { bytes: 1, read: (buffer, offset) => buffer.readUInt8(offset) };
    case 4:
      return { bytes: 2, read: (buffer, offset) => buffer.readInt16LE(offset) };
    case 8:
      return { bytes: 4, read: (buffer, offset) => buffer.readInt32LE(offset) };
    case 16:
      return { bytes: 4, read: (buffer, offset) => buffer.readFloatLE(offset) };
    default:
      throw new SourceError(
        'malformed',
        `${path} stores voxels of NIfTI type ${datatype}: convert it to int16 or float32.`,
      );
  }
}
