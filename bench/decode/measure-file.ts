import { decodeCodestream } from '../../main/ingest/dicom/codecs/decode-codestream.ts';
import { readCodestreamHeader } from '../../main/ingest/dicom/compressed-frame.ts';
import { PIXELS, UNDEFINED_LENGTH } from '../../main/ingest/dicom/elements.ts';
import { encapsulatedFrames } from '../../main/ingest/dicom/encapsulated-frames.ts';
import { readFileStructure } from '../../main/ingest/dicom/file-structure.ts';
import { openDicom } from '../../main/ingest/dicom/open-dicom.ts';
import { readPixelDescription } from '../../main/ingest/dicom/pixel-description.ts';
import { RLE, isUnread } from '../../main/ingest/dicom/transfer-syntax.ts';
import type { StoredImage } from '../../main/ingest/stored-image.ts';

export interface MeasuredFile {
  readonly coding: string;
  readonly width: number;
  readonly height: number;
  /** Medians in milliseconds: the codec alone, on the first frame. */
  readonly codec: number;
  /** The file opened from its bytes, the first frame decoded and normalised. */
  readonly whole: number;
}

/**
 * Times a DICOM file whose frames are JPEG, JPEG-LS or JPEG 2000, in turns, so that both meet the same machine.
 * @param normalise what is done with the image once it is read
 * @returns null where there is no codestream
 * @throws IngestError for what is no readable DICOM image
 */
export async function measureDicomDecoding(
  bytes: Uint8Array,
  path: string,
  rounds: number,
  normalise: (image: StoredImage) => Promise<unknown>,
): Promise<MeasuredFile | null> {
  const { attributes, encoding, syntax } = readFileStructure(bytes, path);
  const element = attributes.elements.get(PIXELS);
  if (element === undefined || element.length !== UNDEFINED_LENGTH) return null;
  if (syntax === RLE || isUnread(syntax)) return null;
  // What cannot be read whole is not measured.
  await openDicom(bytes, path).read({ frame: 0, plane: null });
  const description = readPixelDescription(attributes, null, path);
  const frames = encapsulatedFrames(attributes, element, encoding.order, description.frames, path);
  const codestream = frames.read(0);
  const header = readCodestreamHeader(codestream);
  const codec: number[] = [];
  const whole: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await decodeCodestream(codestream, header, description.samples === 3);
    const between = performance.now();
    const file = openDicom(bytes, path);
    await normalise(await file.read({ frame: 0, plane: null }));
    codec.push(between - start);
    whole.push(performance.now() - between);
  }
  const { codec: coding, width, height } = header;
  return { coding, width, height, codec: median(codec), whole: median(whole) };
}

function median(times: number[]): number {
  return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? NaN;
}
