import { describe, expect, it } from 'vitest';
import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import { dicomFile, greyImage, numbers, sequence, text } from './build-dicom.ts';
import type { Attribute } from './build-dicom.ts';

const AXIAL = '1\\0\\0\\0\\1\\0';
const SAGITTAL = '0\\1\\0\\0\\0\\-1';

function frames(count: number, ...others: Attribute[]): Attribute[] {
  const pixels = Uint8Array.from({ length: count }, (_, i) => i);
  return greyImage(1, 1, { allocated: 8 }, pixels, text(0x00280008, 'IS', String(count)), ...others);
}

const position = (place: string): Attribute => sequence(0x00209113, [text(0x00200032, 'DS', place)]);
const orientation = (cosines: string): Attribute => sequence(0x00209116, [text(0x00200037, 'DS', cosines)]);

function opened(attributes: readonly Attribute[]): { frames: number[]; positions: (number | null)[] } {
  const { images } = openDicom(dicomFile(attributes), 'test.dcm');
  return {
    frames: images.map(({ part }) => part.frame),
    positions: images.map((image) => image.position),
  };
}

describe('frames in space', () => {
  it('come by their position along the normal, not by their number', () => {
    const perFrame = sequence(
      0x52009230,
      ...['0\\0\\30', '0\\0\\-10', '0\\0\\10'].map((place) => [position(place)]),
    );
    const shared = sequence(0x52009229, [orientation(AXIAL)]);
    expect(opened(frames(3, shared, perFrame))).toEqual({ frames: [1, 2, 0], positions: [-10, 10, 30] });
  });

  it('along the normal of rows and columns, whichever that is', () => {
    // The normal of these is (-1, 0, 0).
    const places = ['5\\0\\0', '-5\\70\\-9', '20\\0\\0'];
    const perFrame = sequence(0x52009230, ...places.map((place) => [position(place), orientation(SAGITTAL)]));
    expect(opened(frames(3, perFrame))).toEqual({ frames: [2, 0, 1], positions: [-20, -5, 5] });
  });

  it('stack by stack, and a stack by its orientation', () => {
    const places = [
      ['0\\0\\9', AXIAL],
      ['4\\0\\0', SAGITTAL],
      ['0\\0\\1', AXIAL],
      ['8\\0\\0', SAGITTAL],
    ] as const;
    const perFrame = sequence(
      0x52009230,
      ...places.map(([place, cosines]) => [position(place), orientation(cosines)]),
    );
    expect(opened(frames(4, perFrame)).frames).toEqual([2, 0, 3, 1]);
  });

  it('at one position in the order of the file, as in time', () => {
    const places = ['0\\0\\1', '0\\0\\0', '0\\0\\1.0000001', '0\\0\\0'];
    const perFrame = sequence(0x52009230, ...places.map((place) => [position(place), orientation(AXIAL)]));
    expect(opened(frames(4, perFrame)).frames).toEqual([1, 3, 0, 2]);
  });

  it('as they come where nothing says where they lie', () => {
    expect(opened(frames(3))).toEqual({ frames: [0, 1, 2], positions: [null, null, null] });
    const one = [text(0x00200032, 'DS', '0\\0\\5'), text(0x00200037, 'DS', AXIAL)];
    expect(opened(frames(3, ...one)).positions).toEqual([null, null, null]);
  });

  it('the only frame of a file has a position too, by which files are ordered', () => {
    const place = [text(0x00200032, 'DS', '-120.5\\30\\-71.25'), text(0x00200037, 'DS', AXIAL)];
    expect(opened(frames(1, ...place)).positions).toEqual([-71.25]);
  });

  it('doses by their grid of offsets, which may run downwards', () => {
    const grid = [
      text(0x00200032, 'DS', '0\\0\\100'),
      text(0x00200037, 'DS', AXIAL),
      text(0x3004000c, 'DS', '0\\-2.5\\-5'),
    ];
    expect(opened(frames(3, ...grid))).toEqual({ frames: [2, 1, 0], positions: [95, 97.5, 100] });
  });
});

describe('what each frame says of its values', () => {
  it('rescale and window of its own, before those of all', async () => {
    const values = (slope: string, centre: string): Attribute[] => [
      sequence(0x00289145, [text(0x00281052, 'DS', '0'), text(0x00281053, 'DS', slope)]),
      sequence(0x00289132, [text(0x00281050, 'DS', centre), text(0x00281051, 'DS', '10')]),
    ];
    const attributes = frames(
      2,
      sequence(0x52009229, values('2', '5')),
      sequence(0x52009230, [], values('3', '7')),
    );
    const file = openDicom(dicomFile(attributes), 'test.dcm');
    const [first, second] = await Promise.all(file.images.map(({ part }) => file.read(part)));
    expect(first).toMatchObject({ slope: 2, voi: { centre: 5 } });
    expect(second).toMatchObject({ slope: 3, voi: { centre: 7 } });
  });

  it('functional groups that are damaged are not left out', () => {
    const damaged = { tag: 0x52009230, vr: 'SQ', value: Buffer.from('0800050043530a0049534f5f', 'hex') };
    expect(() => opened(frames(2, damaged))).toThrow(/damaged/);
  });
});

describe('of whom and how', () => {
  it('identifiers, in the characters of the file; what is absent is null', () => {
    const attributes = frames(
      1,
      text(0x00080005, 'CS', 'ISO_IR 100'),
      text(0x00080060, 'CS', 'MR'),
      text(0x0008103e, 'LO', 'Schädel T1 ax'),
      text(0x00100020, 'LO', 'P-1 '),
      text(0x0020000d, 'UI', '1.2.3'),
      text(0x00280301, 'CS', 'YES'),
    );
    expect(openDicom(dicomFile(attributes), 'x').acquisition).toEqual({
      patientId: 'P-1',
      studyUid: '1.2.3',
      seriesUid: null,
      modality: 'MR',
      seriesDescription: 'Schädel T1 ax',
      sequence: { name: 'T1', from: 'description' },
      burnedIn: true,
    });
  });

  it('a sequence is recognised in MR alone', () => {
    const attributes = frames(1, text(0x00080060, 'CS', 'CT'), text(0x0008103e, 'LO', 'T1 ax'));
    expect(openDicom(dicomFile(attributes), 'x').acquisition?.sequence).toBeNull();
  });

  it('an enhanced file says it in its functional groups', () => {
    const attributes = frames(
      1,
      text(0x00080060, 'CS', 'MR'),
      text(0x00189008, 'CS', 'SPIN'),
      sequence(0x52009229, [
        sequence(0x00189112, [text(0x00180080, 'DS', '9000')]),
        sequence(0x00189114, [numbers(0x00189082, 'FD', 120)]),
        sequence(0x00189115, [text(0x00189009, 'CS', 'YES'), numbers(0x00189079, 'FD', 2500)]),
      ]),
    );
    expect(openDicom(dicomFile(attributes), 'x').acquisition?.sequence).toEqual({
      name: 'FLAIR',
      from: 'attributes',
    });
  });
});
