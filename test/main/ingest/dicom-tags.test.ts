import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IDENTIFYING, SHOWN } from '../../../main/ingest/dicom/tag-names.ts';
import { readDicomTags } from '../../../main/ingest/dicom/tags.ts';
import { FIXTURES, errorKindOf, withFolder } from './fixtures.ts';

/** Group, element, type and bytes. */
type Attribute = readonly [group: number, element: number, vr: string, value: Buffer];

const text = (value: string, encoding: BufferEncoding = 'latin1') => {
  const bytes = Buffer.from(value, encoding);
  return bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(' ')]);
};
const LONG = ['OB', 'OW', 'UN', 'SQ', 'UT'];

/** A DICOM file without pixels, explicit little endian. */
function dicom(attributes: readonly Attribute[]): Buffer {
  const encode = ([group, element, vr, value]: Attribute) => {
    const head = Buffer.alloc(4);
    head.writeUInt16LE(group, 0);
    head.writeUInt16LE(element, 2);
    const length = Buffer.alloc(LONG.includes(vr) ? 6 : 2);
    if (length.length === 6) length.writeUInt32LE(value.length, 2);
    else length.writeUInt16LE(value.length);
    return Buffer.concat([head, Buffer.from(vr), length, value]);
  };
  const meta = encode([2, 0x10, 'UI', text('1.2.840.10008.1.2.1')]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(meta.length);
  return Buffer.concat([
    Buffer.alloc(128),
    Buffer.from('DICM'),
    encode([2, 0, 'UL', size]),
    meta,
    ...attributes.map(encode),
  ]);
}

async function tagsOf(attributes: readonly Attribute[]) {
  let tags: Awaited<ReturnType<typeof readDicomTags>> = [];
  await withFolder(async (folder) => {
    await writeFile(join(folder, 'a.dcm'), dicom(attributes));
    tags = await readDicomTags(join(folder, 'a.dcm'));
  });
  return tags;
}

const uint16 = (...values: number[]) => {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
};

describe('readDicomTags', () => {
  it('names what helps to judge an image, and marks what tells whose it is', async () => {
    const tags = await tagsOf([
      [0x0008, 0x0020, 'DA', text('20260301')],
      [0x0008, 0x0060, 'CS', text('MR')],
      [0x0008, 0x0080, 'LO', text('St. Elsewhere')],
      [0x0010, 0x0010, 'PN', text('Doe^Jane')],
      [0x0010, 0x0030, 'DA', text('19700101')],
      [0x0010, 0x4000, 'LT', text('her brother called')],
      [0x0018, 0x0050, 'DS', text('5.0')],
      [0x0018, 0x1310, 'US', uint16(0, 256, 192, 0)],
      [0x0019, 0x0010, 'LO', text('SIEMENS MR HEADER')],
      [0x0019, 0x1008, 'OB', Buffer.alloc(12)],
      [0x0020, 0x0037, 'DS', text('1\\0\\0\\0\\1\\0')],
      [0x0028, 0x0010, 'US', uint16(64)],
    ]);
    expect(tags.map(({ tag, name, value, identifying }) => [tag, name, value, identifying])).toEqual([
      ['(0008,0020)', 'Study Date', '20260301', false],
      ['(0008,0060)', 'Modality', 'MR', false],
      ['(0008,0080)', 'Institution Name', 'St. Elsewhere', true],
      ['(0010,0010)', "Patient's Name", 'Doe^Jane', true],
      ['(0010,0030)', "Patient's Birth Date", '19700101', true],
      ['(0010,4000)', 'Patient Comments', 'her brother called', true],
      ['(0018,0050)', 'Slice Thickness', '5.0', false],
      ['(0018,1310)', 'Acquisition Matrix', '0\\256\\192\\0', false],
      ['(0019,0010)', 'Private', 'SIEMENS MR HEADER', true],
      ['(0019,1008)', 'Private', '12 bytes', true],
      ['(0020,0037)', 'Image Orientation (Patient)', '1\\0\\0\\0\\1\\0', false],
      ['(0028,0010)', 'Rows', '64', false],
    ]);
  });

  it('marks names, numbers, births, places, physicians and identifiers, each by its own', () => {
    const identifying = [
      '00100010',
      '00100020',
      '00100030',
      '00080050',
      '00080080',
      '00080090',
      '0020000d',
      '00080018',
    ];
    for (const tag of identifying) expect(IDENTIFYING.has(tag)).toBe(true);
    expect([...SHOWN.keys()].filter((tag) => IDENTIFYING.has(tag))).toEqual([]);
    const physicians = [...IDENTIFYING.values(), ...SHOWN.values()].filter((name) =>
      /Physician|Operator/.test(name),
    );
    expect(physicians.filter((name) => [...SHOWN.values()].includes(name))).toEqual([]);
  });

  it.each([
    ['ISO_IR 192', 'utf8', 'Müller^Łukasz'],
    ['ISO_IR 100', 'latin1', 'Müller^Änne'],
  ] as const)('reads names in %s', async (charset, encoding, name) => {
    const tags = await tagsOf([
      [0x0008, 0x0005, 'CS', text(charset)],
      [0x0010, 0x0010, 'PN', text(name, encoding)],
    ]);
    expect(tags).toMatchObject([{ value: name }]);
  });

  it('leaves out what is empty, and cuts what is endless', async () => {
    const tags = await tagsOf([
      [0x0008, 0x0070, 'LO', text('')],
      [0x0008, 0x103e, 'LO', text('x'.repeat(2000))],
    ]);
    expect(tags.map(({ value }) => value)).toEqual([`${'x'.repeat(500)} …`]);
  });

  it('reads numbers of files that do not say their types', async () => {
    const tags = await readDicomTags(join(FIXTURES, 'u12-implicit.dcm'));
    expect(tags).toContainEqual({ tag: '(0028,0010)', name: 'Rows', value: '3', identifying: false });
    expect(tags).toContainEqual({ tag: '(0028,0101)', name: 'Bits Stored', value: '12', identifying: false });
  });

  it('has none of other formats, and refuses what cannot be read', async () => {
    expect(await readDicomTags(join(FIXTURES, 'grey8.png'))).toEqual([]);
    expect(await errorKindOf(readDicomTags(join(FIXTURES, 'missing.dcm')))).toBe('not-found');
  });
});
