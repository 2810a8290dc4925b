import { constants, gunzipSync } from 'node:zlib';
import { isAnalyze, niftiMagic } from './nifti-fields.ts';
import type { VolumeFormat } from './volume-header.ts';

/** So much of a file is unpacked to see what is inside; the fixed part of every header fits. */
const PACKED_BYTES = 4096;

/** MetaIO writes ObjectType first, after a comment if there is one; others begin with NDims. */
const META_IMAGE = /^(Comment *=[^\n]*\n)?\s*(ObjectType *= *Image\s|NDims *= *\d)/;

const latin1 = new TextDecoder('latin1');

/**
 * Names the kind of volume from a file's first bytes; 4096 are enough. A gzip file is unpacked as far as these bytes go: 'gzip' is
 * one that holds something else. Analyze headers are called 'nifti' too: opening them says why they are not read.
 */
export function sniffVolume(head: Uint8Array): VolumeFormat | 'gzip' | null {
  if (!isGzip(head)) return sniffPlain(head);
  return sniffPlain(beginning(head)) ?? 'gzip';
}

/** RFC 1952, 2.3: two magic bytes and the method deflate. */
export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b && head[2] === 8;
}

function sniffPlain(head: Uint8Array): VolumeFormat | null {
  if (niftiMagic(head) || isAnalyze(head)) return 'nifti';
  return META_IMAGE.test(latin1.decode(head.subarray(0, PACKED_BYTES))) ? 'metaimage' : null;
}

function beginning(head: Uint8Array): Uint8Array {
  try {
    // A flush at the end takes what there is instead of asking for the rest.
    return gunzipSync(head.subarray(0, PACKED_BYTES), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // Whoever opens the file says what is wrong with it; here it is no volume that could be recognised.
    return new Uint8Array();
  }
}
