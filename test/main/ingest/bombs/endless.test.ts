import { describe, expect, it } from 'vitest';
import { sharp } from '../../../../main/ingest/sharp.ts';
import { dicomFile, encapsulated, greyImage, numbers, raw, text } from '../dicom/build-dicom.ts';
import { type Entry, JPEG, dicom, grey, tiff, zeros } from './bomb-files.ts';
import { outcomeOfBytes } from './outcome.ts';

describe('what leads on and on', () => {
  it('a TIFF whose pages run in a circle', async () => {
    const bytes = tiff(zeros(100), 3, grey(10, 10, 1));
    bytes.writeUInt32LE(bytes.readUInt32LE(4), bytes.length - 4);
    expect(await outcomeOfBytes('a.tif', bytes)).toBe('corrupt');
  });

  it('a TIFF of pages that overlap, with two hundred million fields', async () => {
    const [pages, fields] = [3000, 60_000];
    const bytes = Buffer.alloc(16 + 12 * pages + 12 * fields + 16);
    bytes.write('II*\0', 'latin1');
    bytes.writeUInt32LE(16, 4);
    for (let page = 0; page < pages; page++) {
      const at = 16 + 12 * page;
      bytes.writeUInt16LE(fields, at);
      bytes.writeUInt32LE(page === pages - 1 ? 0 : at + 12, at + 2 + 12 * fields);
    }
    expect(await outcomeOfBytes('a.tif', bytes)).toBe('corrupt');
  });

  it('a TIFF of thousands of pages that a decoder looks for from the first one on', async () => {
    const fax: readonly Entry[] = [
      [256, 4, 8],
      [257, 4, 1],
      [258, 3, 1],
      [259, 3, 4],
      [262, 3, 0],
      [277, 3, 1],
      [278, 4, 1],
    ];
    expect(await outcomeOfBytes('a.tif', tiff(Buffer.from('00100100', 'hex'), 5000, fax))).toBe('too-large');
  });

  it('an animation of a thousand frames', async () => {
    const [side, frames] = [32, 1000];
    const pixels = Buffer.from(Array.from({ length: side * side * frames }, (_, i) => (i * i) % 251));
    const bytes = await sharp(pixels, {
      raw: { width: side, height: side * frames, channels: 1, pageHeight: side },
    })
      .webp({ effort: 0 })
      .toBuffer();
    expect(await outcomeOfBytes('a.webp', bytes)).toBe('read');
  });

  it('a JPEG of thousands of scans', async () => {
    const side = 2048;
    const bytes = await sharp(zeros(side * side * 3), { raw: { width: side, height: side, channels: 3 } })
      .jpeg({ progressive: true })
      .toBuffer();
    const scan = bytes.subarray(bytes.lastIndexOf(Buffer.from('ffda', 'hex')), -2);
    const scans = Array.from({ length: 5000 }, () => scan);
    const bomb = Buffer.concat([bytes.subarray(0, -2), ...scans, bytes.subarray(-2)]);
    expect(await outcomeOfBytes('a.jpg', bomb)).toBe('corrupt');
    const pixels = raw(0x7fe00010, 'OB', encapsulated([], [bomb]));
    const shape = [
      numbers(0x00280002, 'US', 3),
      text(0x00280004, 'CS', 'YBR_FULL_422'),
      numbers(0x00280010, 'US', side),
      numbers(0x00280011, 'US', side),
    ];
    expect(await outcomeOfBytes('a.dcm', dicom(zeros(0), JPEG, ...shape, pixels))).toBe('too-large');
  });

  const undefinedLength = Buffer.from('ffffffff', 'hex');
  const item = Buffer.concat([Buffer.from('feff00e0', 'hex'), undefinedLength]);
  const explicitSequence = Buffer.concat([
    Buffer.from('08004011', 'hex'),
    Buffer.from('SQ\0\0'),
    undefinedLength,
  ]);
  const implicitSequence = Buffer.concat([Buffer.from('08004011', 'hex'), undefinedLength]);
  const head = (syntax: 'explicit' | 'implicit') => dicomFile([text(0x00080008, 'CS', 'ORIGINAL')], syntax);

  it.each(['explicit', 'implicit'] as const)('sequences of DICOM, 10,000 deep, %s', async (syntax) => {
    const sequence = syntax === 'explicit' ? explicitSequence : implicitSequence;
    const deep = Array.from({ length: 10_000 }, () => Buffer.concat([sequence, item]));
    expect(await outcomeOfBytes('a.dcm', Buffer.concat([head(syntax), ...deep]))).toBe('corrupt');
  });

  it('sequences of DICOM with lengths, 10,000 deep', async () => {
    let inner = zeros(0);
    for (let depth = 0; depth < 10_000; depth++) {
      const header = Buffer.concat([explicitSequence, item]);
      header.writeUInt32LE(inner.length + 8, 8);
      header.writeUInt32LE(inner.length, 16);
      inner = Buffer.concat([header, inner]);
    }
    const bytes = Buffer.concat([head('explicit'), inner]);
    expect(['not-an-image', 'corrupt']).toContain(await outcomeOfBytes('a.dcm', bytes));
  });

  it('a sequence of DICOM with millions of empty items', async () => {
    const items = zeros(8 * 3_000_000);
    for (let at = 0; at < items.length; at += 8) items.writeUInt32LE(0xe000fffe, at);
    const bytes = Buffer.concat([head('explicit'), explicitSequence, items]);
    expect(await outcomeOfBytes('a.dcm', bytes)).toBe('corrupt');
  });

  it('attributes of DICOM that are read for each of 100,000 frames', async () => {
    const frames = 100_000;
    const bytes = dicomFile(
      greyImage(
        1,
        1,
        { allocated: 1 },
        zeros(frames / 8),
        text(0x00280008, 'IS', String(frames)),
        text(0x00200032, 'DS', '1\\'.repeat(2 ** 14)),
        text(0x00200037, 'DS', '1\\'.repeat(2 ** 14)),
        text(0x00281053, 'DS', '1\\'.repeat(2 ** 14)),
      ),
    );
    expect(await outcomeOfBytes('a.dcm', bytes)).toBe('read');
  });
});

it('a modality of a million letters is told in a few', async () => {
  const bytes = dicomFile([text(0x00080060, 'UT', `CT\u001b[31m${'x'.repeat(1_000_000)}`)]);
  expect(await outcomeOfBytes('a.dcm', bytes)).toBe('not-an-image');
});
