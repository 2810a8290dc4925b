import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { looksLikeDicom } from '../../../../main/ingest/dicom/looks-like-dicom.ts';
import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import { dataSet, dicomFile, greyImage, numbers, raw, sequence, text, words } from './build-dicom.ts';
import type { Attribute, Syntax } from './build-dicom.ts';
import { firstImage, messageOf, outcomeOf } from './read-dicom.ts';

const VALUES = [0, 1, 500, 65535, 4096, 77];
const SYNTAXES: readonly Syntax[] = ['implicit', 'explicit', 'big', 'deflated'];

/** 3 x 2 pixels, with what often comes before them. */
function image(syntax: Syntax, ...others: Attribute[]): Attribute[] {
  const pixels = words(...VALUES);
  return greyImage(
    3,
    2,
    { allocated: 16 },
    syntax === 'big' ? pixels.swap16() : pixels,
    text(0x00080005, 'CS', 'ISO_IR 100'),
    text(0x00080060, 'CS', 'OT'),
    sequence(0x00081140, [text(0x00081150, 'UI', '1.2.3')], [text(0x00081150, 'UI', '1.2.4')]),
    text(0x00100010, 'PN', 'Nobody^Nemo'),
    ...others,
  );
}

async function values(bytes: Uint8Array): Promise<number[]> {
  return [...(await firstImage(bytes)).values];
}

describe('how a data set is written', () => {
  it.each(SYNTAXES)('%s', async (syntax) => {
    expect(await values(dicomFile(image(syntax), syntax))).toEqual(VALUES);
  });

  it.each(SYNTAXES)('%s, sequences with delimiters', async (syntax) => {
    const inner = sequence(0x00081199, [text(0x00081150, 'UI', '1.2.5')]);
    const outer = { ...sequence(0x00081115, [{ ...inner, open: true }]), open: true };
    expect(await values(dicomFile(image(syntax, outer), syntax))).toEqual(VALUES);
  });

  it.each(['implicit', 'explicit', 'big'] as const)(
    '%s, without preamble and meta header',
    async (syntax) => {
      expect(await values(dataSet(image(syntax), syntax))).toEqual(VALUES);
    },
  );

  it('a meta header without preamble', async () => {
    expect(await values(dicomFile(image('explicit')).subarray(132))).toEqual(VALUES);
  });

  it.each([
    ['explicit', 'implicit'],
    ['implicit', 'explicit'],
    ['explicit', 'big'],
    ['big', 'implicit'],
  ] as const)('said to be %s, yet %s', async (said, written) => {
    const uids = {
      explicit: '1.2.840.10008.1.2.1',
      implicit: '1.2.840.10008.1.2',
      big: '1.2.840.10008.1.2.2',
    };
    expect(await values(dicomFile(image(written), written, uids[said]))).toEqual(VALUES);
  });

  it('a meta header that names no transfer syntax', async () => {
    const meta = dataSet([text(0x00020002, 'UI', '1.2.840.10008.5.1.4.1.1.7')], 'explicit');
    const file = [Buffer.alloc(128), Buffer.from('DICM'), meta, dataSet(image('implicit'), 'implicit')];
    expect(await values(Buffer.concat(file))).toEqual(VALUES);
  });

  it('types with 64-bit numbers before the pixels', async () => {
    const offsets = raw(0x7fe00001, 'OV', new Uint8Array(16));
    expect(await values(dicomFile(image('explicit', offsets)))).toEqual(VALUES);
  });

  it('a sequence of unknown type, which is implicit inside', async () => {
    const items = dataSet([sequence(0x00081140, [text(0x00081150, 'UI', '1.2.3')])], 'implicit').subarray(8);
    const unknown = raw(0x00091010, 'UN', items);
    expect(await values(dicomFile(image('big', unknown), 'big'))).toEqual(VALUES);
  });

  it('a private sequence that is damaged inside, yet says how long it is', async () => {
    const damaged = raw(0x00091010, 'SQ', Buffer.from('feff00e0ffffff7f0800050043530a00', 'hex'));
    expect(await values(dicomFile(image('explicit', damaged)))).toEqual(VALUES);
  });

  it('zeros behind the pixels', async () => {
    expect(await values(Buffer.concat([dicomFile(image('explicit')), Buffer.alloc(300)]))).toEqual(VALUES);
  });

  it('bytes that lie anywhere in their buffer', async () => {
    const file = dicomFile(image('explicit'));
    const shifted = new Uint8Array(file.byteLength + 3).subarray(3);
    shifted.set(file);
    expect(await values(shifted)).toEqual(VALUES);
  });

  it('values are a copy: changing them leaves the file as it was', async () => {
    const file = dicomFile(image('explicit'));
    const opened = openDicom(file, 'test.dcm');
    const part = { frame: 0, plane: null };
    (await opened.read(part)).values.fill(9);
    expect([...(await opened.read(part)).values]).toEqual(VALUES);
  });
});

describe('what is wrong with a file is said', () => {
  it('cut off in the pixels, in the header, in the deflated part', async () => {
    const file = dicomFile(image('explicit'));
    expect(await outcomeOf(file.subarray(0, -1))).toBe('truncated');
    expect(await outcomeOf(file.subarray(0, 300))).toBe('truncated');
    expect(await outcomeOf(dicomFile(image('deflated'), 'deflated').subarray(0, -20))).toBe('truncated');
  });

  it('fewer pixels than the header says', async () => {
    const attributes = image(
      'explicit',
      raw(0x7fe00010, 'OW', words(1, 2, 3)),
      text(0x7fe10010, 'LO', 'more'),
    );
    expect(await outcomeOf(dicomFile(attributes))).toBe('corrupt');
  });

  it.each([
    ['1.2.840.10008.5.1.4.1.1.88.11', 'a report'],
    ['1.2.840.10008.5.1.4.1.1.481.5', 'radiotherapy'],
    ['1.2.840.10008.5.1.4.1.1.9.1.1', 'curves'],
    ['1.2.840.10008.5.1.4.1.1.11.1', 'presentation state'],
    ['1.2.840.10008.5.1.4.1.1.104.1', 'PDF'],
  ])('%s is no image but %s', async (sopClass, kind) => {
    const file = dicomFile([text(0x00080016, 'UI', sopClass), text(0x00080060, 'CS', 'XX')]);
    expect(await outcomeOf(file)).toBe('not-an-image');
    expect(await messageOf(file)).toContain(kind);
  });

  it('an image without its pixels is damaged', async () => {
    const attributes = image('explicit').filter(({ tag }) => tag !== 0x7fe00010);
    expect(await outcomeOf(dicomFile(attributes))).toBe('corrupt');
  });

  it('a film is not read, and is called by its name', async () => {
    const pixels = raw(0x7fe00010, 'OB', Buffer.from('feff00e000000000feffdde000000000', 'hex'));
    const file = dicomFile(image('explicit', pixels), 'explicit', '1.2.840.10008.1.2.4.102');
    expect(await outcomeOf(file)).toBe('unsupported-format');
    expect(await messageOf(file)).toContain('MPEG-4');
  });

  it.each([
    ['no rows', numbers(0x00280010, 'US', 0), 'corrupt'],
    ['more pixels than are allowed', numbers(0x00280010, 'US', 65535), 'truncated'],
    ['more bits stored than allocated', numbers(0x00280101, 'US', 17), 'corrupt'],
    ['three samples of grey', numbers(0x00280002, 'US', 3), 'corrupt'],
    ['more frames than there are', text(0x00280008, 'IS', '70000'), 'truncated'],
    ['more frames than are allowed', text(0x00280008, 'IS', '2000000000'), 'corrupt'],
    ['a slope of 0', text(0x00281053, 'DS', '0'), 'corrupt'],
    ['a slope that is no number', text(0x00281053, 'DS', 'steep'), 'corrupt'],
    ['an unknown photometric interpretation', text(0x00280004, 'CS', 'HSV'), 'unsupported-format'],
  ])('%s', async (_, attribute, kind) => {
    expect(await outcomeOf(dicomFile(image('explicit', attribute)))).toBe(kind);
  });

  it('65535 x 65535 pixels are too large before anything is read of them', async () => {
    const huge = [numbers(0x00280010, 'US', 65535), numbers(0x00280011, 'US', 65535)];
    expect(await outcomeOf(dicomFile(image('explicit', ...huge)))).toBe('too-large');
  });
});

describe('what a file may ask for has bounds', () => {
  it('sequences nested deeper than any file needs', async () => {
    const open = Buffer.from('08004011ffffffff' + 'feff00e0ffffffff', 'hex');
    const bomb = Buffer.concat(Array.from({ length: 100_000 }, () => open));
    const file = Buffer.concat([dicomFile([text(0x00080005, 'CS', 'ISO_IR 100')], 'implicit'), bomb]);
    expect(await outcomeOf(file)).toBe('corrupt');
    expect(await messageOf(file)).toContain('nested');
  });

  it('more attributes than any file has', async () => {
    const flood = Buffer.concat(
      Array.from({ length: 10 }, () => Buffer.concat(Array.from({ length: 110_000 }, () => EMPTY_ATTRIBUTE))),
    );
    const file = Buffer.concat([dicomFile([text(0x00080005, 'CS', 'ISO_IR 100')], 'implicit'), flood]);
    expect(await messageOf(file)).toContain('attributes');
  });

  it('deflated data that become more than 512 MiB', async () => {
    // Blocks that end on whole bytes can be put one after the other.
    const block = deflateRawSync(Buffer.alloc(2 ** 22), { finishFlush: constants.Z_FULL_FLUSH });
    const bomb = Array.from({ length: 130 }, () => block);
    expect(await messageOf(Buffer.concat([dicomFile([], 'deflated').subarray(0, -2), ...bomb]))).toContain(
      'inflated',
    );
  });
});

const EMPTY_ATTRIBUTE = Buffer.from('0900101000000000', 'hex');

describe('whether a file without preamble looks like DICOM', () => {
  it.each(['implicit', 'explicit', 'big'] as const)('%s data sets do', (syntax) => {
    expect(looksLikeDicom(dataSet(image(syntax), syntax).subarray(0, 352))).toBe(true);
  });

  it('files with preamble, and meta headers without, do', () => {
    const file = dicomFile(image('explicit'));
    expect(looksLikeDicom(file.subarray(0, 352))).toBe(true);
    expect(looksLikeDicom(file.subarray(132, 400))).toBe(true);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['zeros', Buffer.alloc(352)],
    ['text', Buffer.from('The quick brown fox jumps over the lazy dog. '.repeat(8))],
    ['text with the magic word', Buffer.from('DICM is the magic word of the standard. '.repeat(8))],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452000000100000001008060000001ff3ff61', 'hex')],
    ['a ZIP', Buffer.from('504b0304140008000800000021000000000000000000000000000a0000006d', 'hex')],
    ['an ELF program', Buffer.from('7f454c4602010100000000000000000003003e0001000000', 'hex')],
    ['a PDF', Buffer.from('%PDF-1.7\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<<', 'latin1')],
    ['an icon', Buffer.from('00000100010010100000010020006804000016000000', 'hex')],
    ['numbers from 8 on', words(...Array.from({ length: 170 }, (_, i) => i + 8))],
    ['the number 8 over and over', words(...Array.from({ length: 170 }, () => 8))],
    ['the number 2 over and over', words(...Array.from({ length: 170 }, () => 2))],
  ])('%s does not', (_, head) => {
    expect(looksLikeDicom(head)).toBe(false);
  });
});
