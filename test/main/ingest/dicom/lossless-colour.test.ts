import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { colourImage, dicomFile, encapsulated } from './build-dicom.ts';
import { firstImage, messageOf } from './read-dicom.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/dicom/', import.meta.url));
const [WIDTH, HEIGHT] = [40, 24];
const JPEG_LOSSLESS = '1.2.840.10008.1.2.4.70';

/** "Adobe", version, flags, and the transform 0: no YCbCr. */
const ADOBE = Buffer.from('ffee000e41646f6265006400000000' + '00', 'hex');

it('a lossless JPEG is YCbCr where its photometric interpretation says so, whatever a marker of Adobe says', async () => {
  const file = await readFile(`${FIXTURES}rgb-jpeg-sv1.dcm`);
  const start = file.indexOf(Buffer.from('ffd8ff', 'hex'));
  const jpeg = file.subarray(start, start + file.readUInt32LE(start - 4));
  const values = async (photometric: string, codestream: Uint8Array): Promise<number[]> => {
    const pixels = encapsulated([], [codestream]);
    const image = colourImage(WIDTH, HEIGHT, photometric, pixels);
    return Array.from((await firstImage(dicomFile(image, 'explicit', JPEG_LOSSLESS))).values);
  };
  const marked = Buffer.concat([jpeg.subarray(0, 2), ADOBE, jpeg.subarray(2)]);
  expect(await values('RGB', marked)).toEqual(await values('RGB', jpeg));
  expect(await values('YBR_FULL', marked)).toEqual(await values('YBR_FULL', jpeg));
  expect(await values('YBR_FULL', marked)).not.toEqual(await values('RGB', marked));
});

it('JPEG 2000 in colours of 16 bits is refused: the codec would give their low bytes alone', async () => {
  expect(await messageOf(await readFile(`${FIXTURES}rgb16-j2k.dcm`))).toContain(
    'colours of more than 8 bits',
  );
});
