import { allocate } from '../raster/sample-kind.ts';
import type { StoredImage } from '../stored-image.ts';
import type { Voxels } from './load-voxels.ts';
import type { SlicePlan } from './slice-plan.ts';
import type { VolumeHeader } from './volume-header.ts';

/** Copies slice `index` across the plan's normal at `time` out of a volume. */
export function cutSlice(
  { kind, values }: Voxels,
  { size, channels, sample, slope, intercept }: VolumeHeader,
  { normal, column, row }: SlicePlan,
  time: number,
  index: number,
): StoredImage {
  const strides = [channels, channels * size[0], channels * size[0] * size[1]] as const;
  const width = size[column.axis];
  const height = size[row.axis];
  const right = column.reversed ? -strides[column.axis] : strides[column.axis];
  const down = row.reversed ? -strides[row.axis] : strides[row.axis];
  const corner =
    time * strides[2] * size[2] +
    index * strides[normal] +
    (column.reversed ? (width - 1) * strides[column.axis] : 0) +
    (row.reversed ? (height - 1) * strides[row.axis] : 0);
  const slice = allocate(kind, width * height * channels);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = corner + y * down + x * right;
      for (let channel = 0; channel < channels; channel++) slice[to++] = values[from + channel] ?? 0;
    }
  }
  return {
    width,
    height,
    channels,
    values: slice,
    slope,
    intercept,
    declared: declaredRange(sample),
    // cal_min and cal_max of NIfTI are what a program last showed this one file with: files would no longer compare.
    voi: null,
    inverted: false,
    padding: null,
  };
}

function declaredRange(sample: VolumeHeader['sample']): StoredImage['declared'] {
  switch (sample) {
    case 'uint8':
      return { low: 0, high: 2 ** 8 - 1 };
    case 'uint16':
      return { low: 0, high: 2 ** 16 - 1 };
    case 'uint32':
      return { low: 0, high: 2 ** 32 - 1 };
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'uint64':
    case 'float32':
    case 'float64':
      return null;
  }
}
