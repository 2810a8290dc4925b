import { acquisitionOfVolume } from './acquisition-of-volume.ts';
import { IngestError } from '../errors.ts';
import { checkSize } from '../problems.ts';
import { BYTES_PER_SAMPLE } from '../raster/sample-kind.ts';
import type { OpenedFile, Part, Plane } from '../stored-image.ts';
import { viewOf } from '../view-of.ts';
import { ByteReader } from './byte-reader.ts';
import { cutSlice } from './cut-slice.ts';
import { filledSlices } from './empty-slices.ts';
import { MAX_HEADER_BYTES, MAX_SLICES } from './limits.ts';
import { loadVoxels } from './load-voxels.ts';
import type { Voxels } from './load-voxels.ts';
import { parseHeader } from './parse-header.ts';
import { planSlices } from './slice-plan.ts';
import type { SlicePlan } from './slice-plan.ts';
import { isGzip } from './sniff-volume.ts';
import { voxelFile } from './voxel-file.ts';
import type { ParsedHeader, VolumeFormat, VolumeHeader } from './volume-header.ts';

/**
 * Opens a NIfTI or MetaImage file as slices in one plane; slice-plan.ts says how they lie. A part's frame is
 * time * slices + slice, both as the file counts; slices come by their position, all of one point in time before the next.
 * The whole volume stays in memory; it is read piece by piece.
 * @throws IngestError for every file that is not a complete, supported volume with a slice that shows something
 */
export async function openVolume(path: string, format: VolumeFormat, plane: Plane): Promise<OpenedFile> {
  const { header, voxels } = await load(path, format);
  const plan = planSlices(header, plane);
  const width = header.size[plan.column.axis];
  const height = header.size[plan.row.axis];
  checkSize(width, height, path);
  const slices = header.size[plan.normal];
  checkCount(slices * header.times, plane, path);
  const filled = filledSlices(voxels, header, plan.normal);
  const images = framesInOrder(header, plan)
    .filter((frame) => filled[frame] === true)
    .map((frame) => ({
      part: { frame, plane },
      width,
      height,
      channels: header.channels,
      bitDepth: BYTES_PER_SAMPLE[voxels.kind] * 8,
      position: plan.position(frame % slices),
    }));
  if (images.length === 0) throw onlyEmpty(path);
  return {
    path,
    format,
    images,
    notes: notesOf(header, filled.length - images.length, filled.length, plane),
    acquisition: acquisitionOfVolume(path),
    heldBytes: voxels.values.byteLength,
    // A part that is not there is a rejection, as every other failure.
    read: async (part, view = {}) => {
      const { time, slice } = placeOf(part, plane, slices, header.times);
      const image = cutSlice(voxels, header, plan, time, slice);
      return Promise.resolve(viewOf(image, voxels.kind, view));
    },
  };
}

interface Loaded {
  readonly header: VolumeHeader;
  readonly voxels: Voxels;
}

async function load(path: string, format: VolumeFormat): Promise<Loaded> {
  const file = await ByteReader.ofFile(path);
  try {
    const reader = isGzip(await file.peek(3)) ? file.unpacked() : file;
    const parsed = parseHeader(await reader.peek(MAX_HEADER_BYTES), format, path);
    const { header, voxels } = parsed;
    if (voxels.beside === null) {
      return { header, voxels: await loadVoxels(parsed, reader, path) };
    }
    return { header, voxels: await loadBeside(parsed, await voxelFile(path, voxels.beside)) };
  } finally {
    file.close();
  }
}

async function loadBeside(parsed: ParsedHeader, voxelPath: string): Promise<Voxels> {
  const file = await ByteReader.ofFile(voxelPath);
  try {
    // By name: voxels may begin with any bytes, those of gzip too.
    const packed = voxelPath.toLowerCase().endsWith('.gz') && parsed.voxels.offset !== null;
    return await loadVoxels(parsed, packed ? file.unpacked() : file, voxelPath);
  } finally {
    file.close();
  }
}

/** @throws IngestError too-large */
function checkCount(count: number, plane: Plane, path: string): void {
  if (count <= MAX_SLICES) return;
  throw new IngestError(
    'too-large',
    path,
    `"${path}" has ${String(count)} ${plane} slices, more than ${String(MAX_SLICES)}; cut it into smaller volumes.`,
  );
}

function onlyEmpty(path: string): IngestError {
  return new IngestError(
    'empty-file',
    path,
    `"${path}" holds only empty slices (nearly all of its voxels have one value); check that it is the right file.`,
  );
}

/** Frames by the position of their slice, for each point in time. */
function framesInOrder({ size, times }: VolumeHeader, { normal, position }: SlicePlan): number[] {
  const slices = size[normal];
  const ascending = (position(slices - 1) ?? 0) >= (position(0) ?? 0);
  return Array.from({ length: slices * times }, (_, index) => {
    const slice = index % slices;
    return index - slice + (ascending ? slice : slices - 1 - slice);
  });
}

function notesOf(header: VolumeHeader, empty: number, all: number, plane: Plane): string[] {
  const notes: string[] = [];
  if (!header.geometry) {
    notes.push('It does not say how it lies in the patient; its slices are shown as they are stored.');
  }
  if (empty > 0) {
    const were = empty === 1 ? 'is empty and was' : 'are empty and were';
    notes.push(`${String(empty)} of ${String(all)} ${plane} slices ${were} left out.`);
  }
  return notes;
}

/** @throws RangeError for a part that this volume does not have */
function placeOf(
  { frame, plane }: Part,
  expected: Plane,
  slices: number,
  times: number,
): { time: number; slice: number } {
  if (plane !== expected || !Number.isInteger(frame) || frame < 0 || frame >= slices * times) {
    throw new RangeError(`There is no frame ${String(frame)} in the plane ${String(plane)} of this volume.`);
  }
  return { time: Math.floor(frame / slices), slice: frame % slices };
}
