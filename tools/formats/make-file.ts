import { dicomFile, numbers, raw, text, words } from '../../test/main/ingest/dicom/build-dicom.ts';
import type { Attribute } from '../../test/main/ingest/dicom/build-dicom.ts';
import { PALETTE_ENTRIES, isLossy, paletteColour, samplesOf, testImage } from './images.ts';
import type { Bits, Photometric, TestImage } from './images.ts';
import { isStored, pixelsOf } from './pixels.ts';
import { isInStandard } from './standard.ts';
import type { TransferSyntax } from './syntaxes.ts';

export interface MadeFile {
  readonly bytes: Buffer;
  readonly image: TestImage;
}

/** A file of one frame; why there is none: the standard has no such pixels, or nothing here encodes them. */
export async function makeFile(
  syntax: TransferSyntax,
  photometric: Photometric,
  bits: Bits,
): Promise<MadeFile | 'not in the standard' | 'not encoded'> {
  if (!isInStandard(syntax.coding, photometric, bits)) return 'not in the standard';
  const image = imageFor(syntax, photometric, bits);
  const pixels = await pixelsOf(syntax.coding, image, photometric, bits);
  if (pixels === null) return 'not encoded';
  const attributes = [...describing(image, photometric, bits, syntax.coding === 'big'), pixels];
  const { coding, uid } = syntax;
  const written = coding === 'implicit' || coding === 'big' || coding === 'deflated' ? coding : 'explicit';
  return { bytes: dicomFile(attributes, written, uid), image };
}

/** The lossy JPEG of 12 bits that others made, by the formula that is in its folder's notes. */
const STORED = { width: 40, height: 24 };

function imageFor(syntax: TransferSyntax, photometric: Photometric, bits: Bits): TestImage {
  if (isStored(syntax.coding, bits)) {
    const values = Array.from(
      { length: STORED.width * STORED.height },
      (_, i) => (i % STORED.width) * 60 + Math.floor(i / STORED.width) * 40,
    );
    return { ...STORED, samples: 1, values, expected: values, tolerance: 0 };
  }
  // The encoder of lossy JPEG is handed RGB, and turns it into YCbCr itself.
  const isCosine = /^jpeg-(baseline|extended|progressive|arithmetic|hierarchical)$/.test(syntax.coding);
  const colours = isCosine && samplesOf(photometric) === 3 ? 'RGB' : photometric;
  return testImage(colours, bits, isLossy(syntax.coding));
}

/** All but the pixels. */
function describing(image: TestImage, photometric: Photometric, bits: Bits, big: boolean): Attribute[] {
  const { width, height, samples } = image;
  const { allocated, stored, signed, float } = bits;
  const planes = samples > 1 ? [numbers(0x00280006, 'US', 0)] : [];
  const layout = float
    ? []
    : [
        numbers(0x00280101, 'US', stored),
        numbers(0x00280102, 'US', stored - 1),
        numbers(0x00280103, 'US', signed ? 1 : 0),
      ];
  const colours = photometric === 'PALETTE COLOR' ? palette(big) : [];
  return [
    text(0x00080016, 'UI', '1.2.840.10008.5.1.4.1.1.7'),
    numbers(0x00280002, 'US', samples),
    text(0x00280004, 'CS', photometric),
    ...planes,
    numbers(0x00280010, 'US', height),
    numbers(0x00280011, 'US', width),
    numbers(0x00280100, 'US', allocated),
    ...layout,
    ...colours,
  ];
}

function palette(big: boolean): Attribute[] {
  return [0, 1, 2].flatMap((channel) => {
    const entries = Array.from({ length: PALETTE_ENTRIES }, (_, entry) => paletteColour(entry)[channel] ?? 0);
    const data = words(...entries);
    return [
      numbers(0x00281101 + channel, 'US', PALETTE_ENTRIES, 0, 16),
      raw(0x00281201 + channel, 'OW', big ? data.swap16() : data),
    ];
  });
}
