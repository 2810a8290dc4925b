import { open, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { IngestError, fileSystemError } from './errors.ts';
import { MAX_FILE_BYTES } from './image.ts';
import type { ImageFormat } from './image.ts';
import { SNIFF_BYTES, sniff } from './sniff.ts';

export interface ImageFile {
  readonly bytes: Uint8Array;
  readonly format: ImageFormat;
  readonly modifiedMs: number;
}

/**
 * Reads a whole image file. The content is recognised from its first bytes, so that a large file of
 * another kind (a video, an archive) is never loaded.
 * @throws IngestError empty-file, not-an-image, unsupported-format, too-large, unreadable, not-found
 */
export async function readImageFile(path: string): Promise<ImageFile> {
  try {
    const info = await stat(path);
    // Opening a pipe would wait for its writer for ever.
    if (!info.isFile()) {
      throw new IngestError('not-an-image', path, `"${path}" is not a file; choose an image file.`);
    }
    if (info.size === 0) {
      throw new IngestError(
        'empty-file',
        path,
        `"${path}" is empty (0 bytes); copy it again from its source.`,
      );
    }
    const file = await open(path, 'r');
    try {
      const format = await recognise(file, path);
      if (info.size > MAX_FILE_BYTES) {
        throw new IngestError(
          'too-large',
          path,
          `"${path}" is larger than ${String(MAX_FILE_BYTES / 2 ** 30)} GiB; cut it into smaller images.`,
        );
      }
      return { bytes: await file.readFile(), format, modifiedMs: info.mtimeMs };
    } finally {
      await file.close();
    }
  } catch (thrown) {
    throw thrown instanceof IngestError ? thrown : fileSystemError(thrown, path);
  }
}

async function recognise(file: FileHandle, path: string): Promise<ImageFormat> {
  const head = new Uint8Array(SNIFF_BYTES);
  const { bytesRead } = await file.read(head, 0, SNIFF_BYTES, 0);
  const sniffed = sniff(head.subarray(0, bytesRead));
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
        `"${path}" is not an image; PNG, JPEG, TIFF, BMP, WebP and DICOM are read.`,
      );
  }
}
