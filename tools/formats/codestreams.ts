import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type * as Codecs from 'dcmjs-codecs';
import { z } from 'zod';
import type { Bits, Photometric, TestImage } from './images.ts';
import { bytesOf } from './images.ts';

type Native = typeof Codecs.NativeCodecs;
type Encoder = 'encodeJpeg' | 'encodeJpegLs' | 'encodeJpeg2000' | 'encodeHtJpeg2000';

/** The package is a script for browsers: its functions are found on one object. */
const packageSchema = z.object({
  NativeCodecs: z.custom<Native>((value) => typeof value === 'function'),
  Context: z.custom<typeof Codecs.Context>((value) => typeof value === 'function'),
  log: z.object({ setLevel: z.function({ input: [z.string()] }) }),
});

const { NativeCodecs, Context, log } = packageSchema.parse(createRequire(import.meta.url)('dcmjs-codecs'));

/** The encoders of the package whose decoders the program uses; its decoders are compared with others' in the tests. */
export async function startEncoders(): Promise<void> {
  log.setLevel('silent');
  await NativeCodecs.initializeAsync();
}

/** @returns null where the encoder does not know such samples */
export function encode(
  encoder: Encoder,
  image: TestImage,
  bits: Bits,
  photometric: Photometric,
  parameters: Readonly<Record<string, number | boolean>>,
): Buffer | null {
  // JPEG 2000 knows signs, which go on into the upper bits of the word; the others code bits.
  const knowsSigns = encoder === 'encodeJpeg2000' || encoder === 'encodeHtJpeg2000';
  const words = knowsSigns && bits.signed && bits.allocated === 16 ? { ...bits, stored: 16 } : bits;
  const context = new Context({
    width: image.width,
    height: image.height,
    bitsAllocated: bits.allocated,
    bitsStored: bits.stored,
    samplesPerPixel: image.samples,
    pixelRepresentation: bits.signed ? 1 : 0,
    planarConfiguration: 0,
    photometricInterpretation: photometric,
    decodedBuffer: new Uint8Array(bytesOf(image.values, words)),
  });
  try {
    const bytes = NativeCodecs[encoder](context, { ...parameters }).getEncodedBuffer();
    return bytes === undefined ? null : Buffer.from(bytes);
  } catch {
    // It throws for samples that it does not know, and needs a fresh start after that in no case.
    return null;
  }
}

const FIXTURES = join(import.meta.dirname, '../../test/fixtures/dicom');

/** SOI and a marker, SOC and SIZ. */
const STARTS = ['ffd8ff', 'ff4fff51'];

/** A codestream that another encoder made, out of a file that holds one frame in one piece. */
export function storedCodestream(name: string): Buffer {
  const file = readFileSync(join(FIXTURES, name));
  const start = Math.max(...STARTS.map((magic) => file.indexOf(Buffer.from(magic, 'hex'))));
  return file.subarray(start, start + file.readUInt32LE(start - 4));
}

/** A JPEG codestream that says it is of another process: its first frame header has that marker. */
export function asProcess(jpeg: Buffer, marker: number): Buffer {
  const changed = Buffer.from(jpeg);
  const frame = changed.findIndex(
    (byte, i) => byte === 0xff && (changed[i + 1] === 0xc0 || changed[i + 1] === 0xc3),
  );
  changed[frame + 1] = marker;
  return changed;
}
