import type { DataSet } from 'dicom-parser';
import { checkSize, corrupt } from '../problems.ts';

/** VOI LUT function of PS3.3 C.11.2.1: maps the window to 0..1. */
export type WindowFunction = 'LINEAR' | 'LINEAR_EXACT' | 'SIGMOID';

export interface Window {
  readonly centre: number;
  readonly width: number;
  readonly function: WindowFunction;
}

/** The attributes that say what the pixel bytes mean. */
export interface PixelHeader {
  readonly rows: number;
  readonly columns: number;
  readonly samples: number;
  readonly photometric: string;
  readonly planar: boolean;
  readonly frames: number;
  readonly bitsAllocated: number;
  readonly bitsStored: number;
  readonly highBit: number;
  readonly signed: boolean;
  readonly slope: number;
  readonly intercept: number;
  readonly window: Window | null;
  readonly hasModalityLut: boolean;
}

/** @throws IngestError corrupt, too-large */
export function readPixelHeader(dataSet: DataSet, path: string): PixelHeader {
  const required = (tag: string, name: string): number => {
    const value = dataSet.uint16(tag);
    if (value === undefined) throw corrupt(path, `its DICOM header has no ${name}`);
    return value;
  };
  const decimal = (tag: string, absent: number): number => {
    if (dataSet.string(tag) === undefined) return absent;
    const value = dataSet.floatString(tag);
    if (value === undefined || !Number.isFinite(value)) {
      throw corrupt(path, `its DICOM attribute ${tag.slice(1)} is not a number`);
    }
    return value;
  };

  const rows = required('x00280010', 'number of rows');
  const columns = required('x00280011', 'number of columns');
  checkSize(columns, rows, path);
  const bitsAllocated = required('x00280100', 'bits allocated');
  const bitsStored = dataSet.uint16('x00280101') ?? bitsAllocated;
  const highBit = dataSet.uint16('x00280102') ?? bitsStored - 1;
  if (bitsStored < 1 || highBit >= bitsAllocated || highBit + 1 < bitsStored) {
    throw corrupt(path, 'its DICOM header says impossible bits per sample');
  }
  const slope = decimal('x00281053', 1);
  if (slope === 0) throw corrupt(path, 'its DICOM rescale slope is 0');
  return {
    rows,
    columns,
    samples: dataSet.uint16('x00280002') ?? 1,
    photometric: (dataSet.string('x00280004') ?? '').trim().toUpperCase(),
    planar: dataSet.uint16('x00280006') === 1,
    frames: decimal('x00280008', 1),
    bitsAllocated,
    bitsStored,
    highBit,
    signed: dataSet.uint16('x00280103') === 1,
    slope,
    intercept: decimal('x00281052', 0),
    window: readWindow(dataSet),
    hasModalityLut: dataSet.elements.x00283000 !== undefined,
  };
}

/** The first window of the file; null where there is none or its width is not allowed. */
function readWindow(dataSet: DataSet): Window | null {
  const centre = dataSet.floatString('x00281050');
  const width = dataSet.floatString('x00281051');
  const name = (dataSet.string('x00281056') ?? 'LINEAR').trim();
  const shape = name === 'SIGMOID' || name === 'LINEAR_EXACT' ? name : 'LINEAR';
  if (centre === undefined || width === undefined || !Number.isFinite(centre)) return null;
  const smallest = shape === 'LINEAR' ? 1 : Number.MIN_VALUE;
  return width >= smallest && Number.isFinite(width) ? { centre, width, function: shape } : null;
}
