import type { StoredImage, StoredValues } from '../../../main/ingest/stored-image.ts';

/** One row of stored values of which the file says nothing more. */
export function rowOf(values: StoredValues, more: Partial<StoredImage> = {}): StoredImage {
  return {
    width: values.length,
    height: 1,
    channels: 1,
    values,
    slope: 1,
    intercept: 0,
    declared: null,
    voi: null,
    inverted: false,
    padding: null,
    ...more,
  };
}
