import { decodeDicom } from './dicom/decode-dicom.ts';
import type { DecodedImage, ImageFormat } from './image.ts';
import { decodeBmp } from './raster/decode-bmp.ts';
import { decodeRaster } from './raster/decode-raster.ts';
import { readImageFile } from './read-file.ts';

/**
 * Decodes one image file, recognised by its content, never by its name.
 * @throws IngestError for every file that is not a complete, supported image
 */
export async function decodeImage(path: string): Promise<DecodedImage> {
  const { bytes, format } = await readImageFile(path);
  return decodeBytes(bytes, format, path);
}

/**
 * Decodes the bytes of an image file whose format is known. `path` is only named in errors.
 * @throws IngestError truncated, corrupt, too-large, unsupported-format, not-an-image
 */
export async function decodeBytes(
  bytes: Uint8Array,
  format: ImageFormat,
  path: string,
): Promise<DecodedImage> {
  switch (format) {
    case 'png':
    case 'jpeg':
    case 'tiff':
    case 'webp':
      return decodeRaster(bytes, format, path);
    case 'bmp':
      return decodeBmp(bytes, path);
    case 'dicom':
      return decodeDicom(bytes, path);
  }
}
