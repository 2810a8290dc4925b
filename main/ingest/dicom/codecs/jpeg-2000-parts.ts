import { CodecProblem } from './codec-problem.ts';

const COD = 0xff52;
const COC = 0xff53;
const SOT = 0xff90;
const SOD = 0xff93;
const EOC = 0xffd9;

/** Bit of the style of code-blocks that says high throughput (ITU-T T.814 A.4). */
const HIGH_THROUGHPUT = 0x40;

interface Walk {
  readonly view: DataView;
  position: number;
  isHighThroughput: boolean;
}

/**
 * Follows the marker segments of a JPEG 2000 codestream from `start`, where it begins, through all its tile-parts
 * (ITU-T T.800 A.2, A.4.2), and tells whether any code-block is of high throughput.
 * @throws CodecProblem for a high-throughput stream that is cut off, which its decoder would not notice
 */
export function isHighThroughput(bytes: Uint8Array, start: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const walk: Walk = { view, position: start + 2, isHighThroughput: false };
  const isComplete = followHeader(walk, SOT) && followTileParts(walk);
  if (walk.isHighThroughput && !isComplete) {
    throw new CodecProblem('corrupt', 'its compressed pixels are cut off');
  }
  return walk.isHighThroughput;
}

/** Moves to the marker `end`; false where the stream ends before it or is no sequence of segments. */
function followHeader(walk: Walk, end: number): boolean {
  const { view } = walk;
  while (walk.position + 4 <= view.byteLength) {
    const marker = view.getUint16(walk.position);
    if (marker === end) return true;
    const length = view.getUint16(walk.position + 2);
    const after = walk.position + 2 + length;
    if (marker < 0xff00 || length < 2 || after > view.byteLength) return false;
    if (styleOf(walk, marker) & HIGH_THROUGHPUT) walk.isHighThroughput = true;
    walk.position = after;
  }
  return walk.position + 2 === view.byteLength && view.getUint16(walk.position) === end;
}

/** The style of code-blocks of a coding style segment; 0 for every other. */
function styleOf({ view, position }: Walk, marker: number): number {
  // Behind marker and length: Scod, progression, layers, transform, levels, two sizes, style.
  if (marker === COD && position + 13 <= view.byteLength) return view.getUint8(position + 12);
  if (marker !== COC) return 0;
  // Component (of two bytes where there are more than 256, which is never), Scoc, levels, two sizes, style.
  return position + 10 <= view.byteLength ? view.getUint8(position + 9) : 0;
}

/** Goes from tile-part to tile-part to the end of the codestream. */
function followTileParts(walk: Walk): boolean {
  const { view } = walk;
  while (walk.position + 12 <= view.byteLength && view.getUint16(walk.position) === SOT) {
    const start = walk.position;
    const length = view.getUint32(start + 6);
    if (!followHeader(walk, SOD)) return false;
    // 0 is up to the end, which only the last one may say.
    if (length === 0) return true;
    if (length < 14 || start + length > view.byteLength) return false;
    walk.position = start + length;
  }
  return walk.position + 2 <= view.byteLength && view.getUint16(walk.position) === EOC;
}
