import { looksLikeDicom } from './dicom/looks-like-dicom.ts';
import type { ImageFormat } from './image.ts';
import { sniffVolume } from './volume/sniff-volume.ts';

/** What the first bytes of a file say it is. */
export type Sniffed =
  | { readonly kind: 'image'; readonly format: ImageFormat }
  | { readonly kind: 'unsupported'; readonly name: string }
  | { readonly kind: 'unknown' };

/** So many leading bytes are enough to tell, also of a volume that is packed. */
export const SNIFF_BYTES = 4096;

interface Magic {
  readonly at: number;
  readonly bytes: readonly number[];
}

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0));

function matches(head: Uint8Array, ...magics: readonly Magic[]): boolean {
  return magics.every(({ at, bytes }) => bytes.every((byte, i) => head[at + i] === byte));
}

// "BM" alone would take any text that begins with these letters; the header's own size tells.
const BMP_HEADER_SIZES: readonly number[] = [12, 40, 52, 56, 64, 108, 124];

function isBmp(head: Uint8Array): boolean {
  return (
    matches(head, { at: 0, bytes: ascii('BM') }) &&
    BMP_HEADER_SIZES.includes(head[14] ?? 0) &&
    matches(head, { at: 15, bytes: [0, 0, 0] })
  );
}

const IMAGES: readonly (readonly [ImageFormat, readonly Magic[]])[] = [
  // First, since a DICOM preamble may hold another format's header.
  ['dicom', [{ at: 128, bytes: ascii('DICM') }]],
  ['png', [{ at: 0, bytes: [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a] }]],
  ['jpeg', [{ at: 0, bytes: [0xff, 0xd8, 0xff] }]],
  ['tiff', [{ at: 0, bytes: [0x49, 0x49, 0x2a, 0] }]],
  ['tiff', [{ at: 0, bytes: [0x4d, 0x4d, 0, 0x2a] }]],
  ['tiff', [{ at: 0, bytes: [0x49, 0x49, 0x2b, 0] }]],
  ['tiff', [{ at: 0, bytes: [0x4d, 0x4d, 0, 0x2b] }]],
  [
    'webp',
    [
      { at: 0, bytes: ascii('RIFF') },
      { at: 8, bytes: ascii('WEBP') },
    ],
  ],
];

const UNSUPPORTED: readonly (readonly [string, Magic])[] = [
  ['GIF', { at: 0, bytes: ascii('GIF8') }],
  ['AVIF', { at: 4, bytes: ascii('ftypavif') }],
  ['HEIC', { at: 4, bytes: ascii('ftyphei') }],
  ['HEIF', { at: 4, bytes: ascii('ftypmif1') }],
  ['JPEG 2000', { at: 4, bytes: ascii('jP  ') }],
  ['JPEG 2000', { at: 0, bytes: [0xff, 0x4f, 0xff, 0x51] }],
  ['JPEG XL', { at: 4, bytes: ascii('JXL ') }],
  ['Photoshop', { at: 0, bytes: ascii('8BPS') }],
  ['OpenEXR', { at: 0, bytes: [0x76, 0x2f, 0x31, 0x01] }],
];

/** Names the format of a file from its first SNIFF_BYTES bytes (fewer for a shorter file). */
export function sniff(head: Uint8Array): Sniffed {
  const image = IMAGES.find(([, magics]) => matches(head, ...magics));
  if (image) return { kind: 'image', format: image[0] };
  if (isBmp(head)) return { kind: 'image', format: 'bmp' };
  const unsupported = UNSUPPORTED.find(([, magic]) => matches(head, magic));
  if (unsupported) return { kind: 'unsupported', name: unsupported[0] };
  const volume = sniffVolume(head);
  if (volume === 'nifti' || volume === 'metaimage') return { kind: 'image', format: volume };
  // Last, since a file without the preamble has no magic: only the shape of its first elements tells.
  return looksLikeDicom(head) ? { kind: 'image', format: 'dicom' } : { kind: 'unknown' };
}
