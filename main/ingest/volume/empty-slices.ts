import type { StoredValues } from '../stored-image.ts';
import type { Voxels } from './load-voxels.ts';
import type { VolumeHeader } from './volume-header.ts';

/** A slice in which fewer than this share of the samples differ from the background is empty. */
const LEAST_SHARE = 0.01;

/**
 * Which slices across the stored axis `normal` show something, as [time * slices + slice].
 *
 * The background is the value that more than half of the samples on the volume's outer surface have, bit for bit (NaN counts as one
 * value): what scanners, masks and skull stripping leave around a body. A volume without such a value, as one with noise around the body
 * or one that the body fills, has no background, and none of its slices is empty.
 */
export function filledSlices({ values }: Voxels, header: VolumeHeader, normal: 0 | 1 | 2): boolean[] {
  const { size, times, channels } = header;
  const slices = size[normal];
  const background = surfaceValue(values, header);
  if (background === null) return Array.from({ length: slices * times }, () => true);
  // Memory as [outer, slice, inner].
  const inner = size.slice(0, normal).reduce((product, side) => product * side, channels);
  const outer = size.slice(normal + 1).reduce((product, side) => product * side, 1);
  const differing = new Float64Array(slices * times);
  const nan = Number.isNaN(background);
  let at = 0;
  for (let time = 0; time < times; time++) {
    for (let block = 0; block < outer; block++) {
      for (let slice = time * slices; slice < (time + 1) * slices; slice++) {
        let count = 0;
        for (const end = at + inner; at < end; at++) {
          const value = values[at] ?? 0;
          if (nan ? !Number.isNaN(value) : value !== background) count++;
        }
        differing[slice] = (differing[slice] ?? 0) + count;
      }
    }
  }
  return Array.from(differing, (count) => count > 0 && count >= inner * outer * LEAST_SHARE);
}

/** The value of more than half of the samples on the outer surface (of every point in time), by Boyer and Moore's vote; null for none. */
function surfaceValue(values: StoredValues, header: VolumeHeader): number | null {
  let candidate = 0;
  let votes = 0;
  let total = 0;
  const same = (value: number) => value === candidate || (Number.isNaN(value) && Number.isNaN(candidate));
  forSurface(values, header, (value) => {
    total++;
    if (votes === 0) candidate = value;
    votes += same(value) ? 1 : -1;
  });
  let count = 0;
  forSurface(values, header, (value) => {
    if (same(value)) count++;
  });
  return count > total / 2 ? candidate : null;
}

function forSurface(
  values: StoredValues,
  { size: [width, height, depth], times, channels }: VolumeHeader,
  visit: (value: number) => void,
): void {
  const row = width * channels;
  for (let line = 0; line < height * depth * times; line++) {
    const y = line % height;
    const z = Math.floor(line / height) % depth;
    const whole = y === 0 || y === height - 1 || z === 0 || z === depth - 1;
    for (let x = 0; x < row; x++) {
      // Of a line inside the volume only both ends lie on the surface.
      if (!whole && x === channels) x = Math.max(x, row - channels);
      visit(values[line * row + x] ?? 0);
    }
  }
}
