import { parseMetaImage } from './meta-image-header.ts';
import { parseNifti } from './nifti-header.ts';
import type { ParsedHeader, VolumeFormat } from './volume-header.ts';

/** @throws IngestError for a header that is damaged or not supported */
export function parseHeader(head: Uint8Array, format: VolumeFormat, path: string): ParsedHeader {
  switch (format) {
    case 'nifti':
      return parseNifti(head, path);
    case 'metaimage':
      return parseMetaImage(head, path);
  }
}
