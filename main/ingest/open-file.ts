import { openDicom } from './dicom/open-dicom.ts';
import { openRaster } from './raster/open-raster.ts';
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
  const format = await recogniseImage(path);
  switch (format) {
    case 'png':
    case 'jpeg':
    case 'tiff':
    case 'webp':
    case 'bmp':
      return openRaster(path, format);
    case 'nifti':
    case 'metaimage':
      return openVolume(path, format, plane ?? USUAL_PLANE);
    case 'dicom':
      return openDicom(await readImageFile(path), path);
  }
}
