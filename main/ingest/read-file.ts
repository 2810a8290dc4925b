import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { IngestError, fileSystemError } from './errors.ts';
import { MAX_FILE_BYTES } from './image.ts';
import type { ImageFormat } from './image.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';

/**
 * What kind of image a file is, from its first bytes, so that a large file of another kind (a video, an archive) is never
 * loaded.
 * @throws IngestError empty-file, not-an-image, unsupported-format, unreadable, not-found
 */
export async function recogniseImage(path: string): Promise<ImageFormat> {
  return inFile(path, async (file) => {
    const head = new Uint8Array(SNIFF_BYTES);
    const { bytesRead } = await file.read(head, 0, SNIFF_BYTES, 0);
    return formatOf(head.subarray(0, bytesRead), path);
  });
}

/**
 * Reads a whole file.
 * @throws IngestError empty-file, not-an-image for what is no file, too-large, unreadable, not-found
 */
export async function readImageFile(path: string): Promise<Uint8Array> {
  return inFile(path, async (file, size) => {
    if (size > MAX_FILE_BYTES) {
      throw new IngestError(
        'too-large',
        path,
        `"${path}" is larger than ${String(MAX_FILE_BYTES / 2 ** 30)} GiB; cut it into smaller images.`,
      );
    }
    return file.readFile();
  });
}

/**
 * Reads a whole file while nothing else happens: a fifth of the time that it takes otherwise, for processes that have nothing else to do.
 * @throws IngestError as {@link readImageFile}
 */
export function readImageFileSync(path: string): Uint8Array {
  try {
    // Opening a pipe would wait for its writer for ever.
    const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const info = fstatSync(file);
      checkInfo(info, path);
      return readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : fileSystemError(thrown, path);
  }
}

async function inFile<T>(path: string, use: (file: FileHandle, size: number) => Promise<T>): Promise<T> {
  try {
    const info = await stat(path);
    // Opening a pipe would wait for its writer for ever.
    checkInfo(info, path);
    const file = await open(path, 'r');
    try {
      return await use(file, info.size);
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : fileSystemError(thrown, path);
  }
}

/**
 * What kind of image a file is.
 * @param head its first SNIFF_BYTES bytes, fewer of a shorter one
 * @throws IngestError not-an-image, unsupported-format
 */
export function formatOf(head: Uint8Array, path: string): ImageFormat {
  const sniffed = sniff(head.subarray(0, SNIFF_BYTES));
  switch (sniffed.kind) {
    case 'image':
      return sniffed.format;
    case 'unsupported':
      throw new IngestError(
        'unsupported-format',
        path,
        `"${path}" is a ${sniffed.name} image, which is not read; convert it to PNG or TIFF.`,
      );
    case 'unknown':
      throw new IngestError(
        'not-an-image',
        path,
        `"${path}" is not an image; DICOM, NIfTI, MetaImage, PNG, JPEG, TIFF, BMP and WebP are read.`,
      );
  }
}

/** @throws IngestError not-an-image for what is no file, empty-file */
function checkInfo(info: Stats, path: string): void {
  if (!info.isFile()) {
    throw new IngestError('not-an-image', path, `"${path}" is not a file; choose an image file.`);
  }
  if (info.size > 0) return;
  throw new IngestError('empty-file', path, `"${path}" is empty (0 bytes); copy it again from its source.`);
}
