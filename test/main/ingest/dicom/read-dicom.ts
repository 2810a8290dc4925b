import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import { IngestError } from '../../../../main/ingest/errors.ts';
import type { StoredImage } from '../../../../main/ingest/stored-image.ts';

/** The first image, in the order of leafing through. */
export async function firstImage(bytes: Uint8Array): Promise<StoredImage> {
  const file = openDicom(bytes, 'test.dcm');
  const [image] = file.images;
  if (!image) throw new Error('The file has no images');
  return file.read(image.part);
}

/** All images, in the order of leafing through. */
export async function allImages(bytes: Uint8Array): Promise<StoredImage[]> {
  const file = openDicom(bytes, 'test.dcm');
  return Promise.all(file.images.map(({ part }) => file.read(part)));
}

/** The kind of error that a file gives, opened and its first image read; 'read' where it gives none. */
export async function outcomeOf(bytes: Uint8Array): Promise<string> {
  try {
    await firstImage(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof IngestError) return error.kind;
    throw error;
  }
}

/** What an error tells people. */
export async function messageOf(bytes: Uint8Array): Promise<string> {
  try {
    await firstImage(bytes);
    return 'read';
  } catch (error) {
    if (error instanceof IngestError) return error.message;
    throw error;
  }
}
