import { openDicom } from './dicom/open-dicom.ts';
import { openRaster } from './raster/open-raster.ts';
import type { ImageFormat } from './image.ts';
import { readImageFile, recogniseImage } from './read-file.ts';
import type { OpenedFile, Plane } from './stored-image.ts';
import { openVolume } from './volume/open-volume.ts';

/** Of a volume that is opened for the image that it shows first. */
const USUAL_PLANE: Plane = 'axial';

/**
 * Opens one image file, recognised by its content, never by its name.
 * @param plane in which a volume is cut
 * @throws IngestError for every file that holds no complete, supported image
 */
export async function openFile(path: string, plane: Plane | null = null): Promise<OpenedFile> {
  return openAs(await recogniseImage(path), path, plane);
}

/**
 * As {@link openFile}, a file whose format is known.
 * @param bytes the whole file, where it is in memory already
 */
export async function openAs(
  format: ImageFormat,
  path: string,
  plane: Plane | null,
  bytes: Uint8Array | null = null,
): Promise<OpenedFile> {
  switch (format) {
    case 'png':
    case 'jpeg':
    case 'tiff':
    case 'webp':
    case 'bmp':
      return openRaster(path, format, bytes === null ? {} : { bytes });
    case 'nifti':
    case 'metaimage':
      return openVolume(path, format, plane ?? USUAL_PLANE);
    case 'dicom':
      return openDicom(bytes ?? (await readImageFile(path)), path);
  }
}
