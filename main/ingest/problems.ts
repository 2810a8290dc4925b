import { IngestError } from './errors.ts';
import { MAX_PIXELS } from './image.ts';
import { excerpt } from './printable.ts';

export function truncated(path: string, options?: ErrorOptions): IngestError {
  return new IngestError(
    'truncated',
    path,
    `"${path}" is cut off before its end; copy it again from its source.`,
    options,
  );
}

export function corrupt(path: string, what: string, options?: ErrorOptions): IngestError {
  return new IngestError(
    'corrupt',
    path,
    `"${path}" is damaged (${excerpt(what)}); copy it again from its source.`,
    options,
  );
}

export function unsupported(path: string, what: string, options?: ErrorOptions): IngestError {
  return new IngestError(
    'unsupported-format',
    path,
    `"${path}" ${excerpt(what)}, which is not read; convert it to an 8 or 16 bit PNG or TIFF.`,
    options,
  );
}

/** @throws IngestError corrupt for a side below 1, too-large for more pixels than `limit` */
export function checkSize(width: number, height: number, path: string, limit: number = MAX_PIXELS): void {
  const size = `${String(width)} x ${String(height)}`;
  if (width < 1 || height < 1) throw corrupt(path, `its header says ${size} pixels`);
  if (width * height > limit) {
    throw new IngestError(
      'too-large',
      path,
      `"${path}" says it has ${size} pixels, more than ${String(limit)}; cut it into smaller images.`,
    );
  }
}
