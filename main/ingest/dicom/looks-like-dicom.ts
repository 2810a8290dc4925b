import { isType } from './elements.ts';
import { startOfMeta, writtenAs } from './file-structure.ts';

/** Types that the first attributes of a data set can have, PS3.6: groups 0002 and 0008. */
const FIRST_TYPES: ReadonlySet<string> = new Set([
  'UL',
  'OB',
  'UI',
  'CS',
  'SH',
  'DA',
  'TM',
  'LO',
  'DT',
  'AE',
  'UN',
  'SQ',
  'PN',
  'IS',
  'US',
  'ST',
  'LT',
]);
/** A magic word without a preamble proves nothing yet. */
const MAGIC_BYTES = 4;
const MOST_FIRST_BYTES = 1024;
/** Attributes that have to follow one another, or reach the end of the head. */
const ENOUGH = 3;

/**
 * Whether a file that begins with `head` is a DICOM file: one with the preamble's magic word, or one without preamble whose
 * first attributes are of group 0002 or 0008 and follow one another as they must. Some hundred bytes suffice.
 */
export function looksLikeDicom(head: Uint8Array): boolean {
  const start = startOfMeta(head);
  if (start > MAGIC_BYTES) return true;
  const encoding = writtenAs(head, start);
  if (encoding === null) return false;
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const little = encoding.order === 'little';
  let position = start;
  let last = -1;
  for (let seen = 0; seen < ENOUGH; seen++) {
    // A first attribute longer than the head would be odd, two of them are taken for a file.
    if (position + 8 > head.byteLength) return seen > 1;
    const group = view.getUint16(position, little);
    const element = view.getUint16(position + 2, little);
    if ((group !== 2 && group !== 8) || group * 0x10000 + element <= last) return false;
    last = group * 0x10000 + element;
    const value = valueAt(head, view, position, encoding.explicit, little);
    if (value === null || value.length > MOST_FIRST_BYTES) return false;
    position = value.offset + value.length;
  }
  return true;
}

/** Where a value lies; null for a type that none of the first attributes has, or an odd length. */
function valueAt(
  head: Uint8Array,
  view: DataView,
  position: number,
  explicit: boolean,
  little: boolean,
): { offset: number; length: number } | null {
  const value = { offset: position + 8, length: 0 };
  if (!explicit) {
    value.length = view.getUint32(position + 4, little);
  } else {
    if (!isType(head, position + 4)) return null;
    const type = String.fromCharCode(head[position + 4] ?? 0, head[position + 5] ?? 0);
    if (!FIRST_TYPES.has(type)) return null;
    if (type === 'OB' || type === 'UN' || type === 'SQ') {
      if (position + 12 > head.byteLength) return null;
      value.offset = position + 12;
      value.length = view.getUint32(position + 8, little);
    } else {
      value.length = view.getUint16(position + 6, little);
    }
  }
  return value.length % 2 === 0 ? value : null;
}
