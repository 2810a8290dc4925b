import { PIXELS } from '../main/ingest/dicom/elements.ts';
import { readCodestreamHeader } from '../main/ingest/dicom/compressed-frame.ts';
import { decodeCodestream } from '../main/ingest/dicom/codecs/decode-codestream.ts';
import { encapsulatedFrames } from '../main/ingest/dicom/encapsulated-frames.ts';
import { readFileStructure } from '../main/ingest/dicom/file-structure.ts';
import { openDicom } from '../main/ingest/dicom/open-dicom.ts';
import { readPixelDescription } from '../main/ingest/dicom/pixel-description.ts';
import type { StoredImage } from '../main/ingest/stored-image.ts';

/** Medians in milliseconds. */
export interface DecodingTimes {
  /** The codec alone, on the first frame. */
  readonly codec: number;
  /** The file opened from its bytes, the first frame decoded and normalised. */
  readonly whole: number;
}

/**
 * Times a DICOM file whose frames are JPEG, JPEG-LS or JPEG 2000, in turns, so that both meet the same machine.
 * @param normalise what is done with the image once it is read
 */
export async function measureDicomDecoding(
  bytes: Uint8Array,
  path: string,
  rounds: number,
  normalise: (image: StoredImage) => Promise<unknown>,
): Promise<DecodingTimes> {
  const { attributes, encoding } = readFileStructure(bytes, path);
  const element = attributes.elements.get(PIXELS);
  if (!element) throw new Error(`"${path}" has no pixels`);
  const description = readPixelDescription(attributes, null, path);
  const frames = encapsulatedFrames(attributes, element, encoding.order, description.frames, path);
  const codestream = frames.read(0);
  const header = readCodestreamHeader(codestream);
  const codec: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    decodeCodestream(codestream, header, description.samples === 3);
    const between = performance.now();
    const file = openDicom(bytes, path);
    await normalise(await file.read({ frame: 0, plane: null }));
    codec.push(between - start);
    whole.push(performance.now() - between);
  }
  return { codec: median(codec), whole: median(whole) };
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
