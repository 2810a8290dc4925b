import { describe, expect, it } from 'vitest';
import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import { colourImage, dicomFile, greyImage, numbers, raw, sequence, text, words } from './build-dicom.ts';
import type { Attribute } from './build-dicom.ts';
import { allImages, firstImage, outcomeOf } from './read-dicom.ts';

const bytes = (...values: number[]): Buffer => Buffer.from(values);

async function valuesOf(attributes: readonly Attribute[]): Promise<number[]> {
  return [...(await firstImage(dicomFile(attributes))).values];
}

describe('stored samples', () => {
  it('8 bits, signed or not', async () => {
    const image = await firstImage(dicomFile(greyImage(2, 2, { allocated: 8 }, bytes(0, 127, 128, 255))));
    expect(image).toMatchObject({ slope: 1, intercept: 0, declared: { low: 0, high: 255 }, voi: null });
    expect([...image.values]).toEqual([0, 127, 128, 255]);
    const signed = greyImage(2, 2, { allocated: 8, signed: true }, bytes(0, 127, 128, 255));
    expect(await valuesOf(signed)).toEqual([0, 127, -128, -1]);
    expect((await firstImage(dicomFile(signed))).declared).toBeNull();
  });

  it('12 bits of 16, signed or not; overlays in the bits above are ignored', async () => {
    const pixels = words(0xf000, 0xf7ff, 0x0800, 0x1fff);
    expect(await valuesOf(greyImage(2, 2, { allocated: 16, stored: 12 }, pixels))).toEqual([
      0, 2047, 2048, 4095,
    ]);
    const signed = greyImage(2, 2, { allocated: 16, stored: 12, signed: true }, pixels);
    expect(await valuesOf(signed)).toEqual([0, 2047, -2048, -1]);
  });

  it('bits that do not begin at the lowest', async () => {
    const pixels = words(0x7ff5, 0x800f);
    const high = numbers(0x00280102, 'US', 15);
    expect(await valuesOf(greyImage(2, 1, { allocated: 16, stored: 12 }, pixels, high))).toEqual([
      0x7ff, 0x800,
    ]);
    const signed = greyImage(2, 1, { allocated: 16, stored: 12, signed: true }, pixels, high);
    expect(await valuesOf(signed)).toEqual([2047, -2048]);
  });

  it('32 bits, signed or not', async () => {
    const pixels = words(0xffff, 0xffff, 0x0000, 0x8000);
    expect(await valuesOf(greyImage(2, 1, { allocated: 32 }, pixels))).toEqual([2 ** 32 - 1, 2 ** 31]);
    expect(await valuesOf(greyImage(2, 1, { allocated: 32, signed: true }, pixels))).toEqual([
      -1,
      -(2 ** 31),
    ]);
  });

  it('1 bit, the lowest first, frames in the middle of bytes', async () => {
    // 3 x 1 pixels, 3 frames: 101 100 011
    const attributes = greyImage(
      3,
      1,
      { allocated: 1 },
      bytes(0b11_001_101, 0b1),
      text(0x00280008, 'IS', '3'),
    );
    const images = await allImages(dicomFile(attributes));
    expect(images.map(({ values }) => [...values])).toEqual([
      [1, 0, 1],
      [1, 0, 0],
      [1, 1, 1],
    ]);
  });

  it('12 bits without gaps', async () => {
    // 0xabc, 0x123: the lowest bits first.
    expect(await valuesOf(greyImage(2, 1, { allocated: 12 }, bytes(0xbc, 0x3a, 0x12)))).toEqual([
      0xabc, 0x123,
    ]);
  });

  it('floats of 32 and 64 bits, with their own padding', async () => {
    const attributes = greyImage(2, 1, { allocated: 32 }, bytes()).filter(({ tag }) => tag !== 0x7fe00010);
    const single = raw(0x7fe00008, 'OF', Buffer.from(new Float32Array([1.5, -2e10]).buffer));
    const image = await firstImage(dicomFile([...attributes, single, numbers(0x00280122, 'FL', -2e10)]));
    expect([...image.values]).toEqual([1.5, Math.fround(-2e10)]);
    expect(image).toMatchObject({
      declared: null,
      padding: { low: Math.fround(-2e10), high: Math.fround(-2e10) },
    });
    const double = raw(0x7fe00009, 'OD', Buffer.from(new Float64Array([0.1, 1e300]).buffer));
    expect(await valuesOf([...attributes, double])).toEqual([Math.fround(0.1), Infinity]);
  });

  it('big endian bytes that lie in words', async () => {
    const attributes = greyImage(
      3,
      1,
      { allocated: 8 },
      bytes(2, 1, 4, 3, 6, 5),
      text(0x00280008, 'IS', '2'),
    );
    const file = dicomFile(
      attributes.map((attribute) => (attribute.tag === 0x7fe00010 ? { ...attribute, vr: 'OW' } : attribute)),
      'big',
    );
    expect((await allImages(file)).map(({ values }) => [...values])).toEqual([
      [1, 2, 3],
      [4, 5, 6],
    ]);
  });

  it('a region and a smaller scale', async () => {
    const file = openDicom(dicomFile(greyImage(4, 2, { allocated: 8 }, bytes(0, 2, 9, 9, 4, 6, 9, 9))), 'x');
    const part = { frame: 0, plane: null };
    const region = { left: 0, top: 0, width: 2, height: 2 };
    expect([...(await file.read(part, { region })).values]).toEqual([0, 2, 4, 6]);
    expect([...(await file.read(part, { shrink: 2 })).values]).toEqual([3, 9]);
    await expect(file.read({ frame: 1, plane: null })).rejects.toThrow(RangeError);
  });
});

describe('what grey values mean', () => {
  const grey = (...others: Attribute[]): Promise<Awaited<ReturnType<typeof firstImage>>> =>
    firstImage(dicomFile(greyImage(2, 1, { allocated: 16, signed: true }, words(-2000, 40), ...others)));

  it('rescale, padding and MONOCHROME1', async () => {
    const image = await grey(
      text(0x00280004, 'CS', 'MONOCHROME1'),
      text(0x00281052, 'DS', '-1024'),
      text(0x00281053, 'DS', '2.5'),
      numbers(0x00280120, 'SS', -2000),
    );
    expect(image).toMatchObject({ slope: 2.5, intercept: -1024, inverted: true });
    expect(image.padding).toEqual({ low: -2000, high: -2000 });
  });

  it('a range of padding, written as unsigned although the pixels are signed', async () => {
    const image = await grey(numbers(0x00280120, 'US', 63536), numbers(0x00280121, 'US', 63530));
    expect(image.padding).toEqual({ low: -2006, high: -2000 });
  });

  it.each([
    ['LINEAR', '40', '400', 400],
    ['LINEAR_EXACT', '40', '0.5', 0.5],
    ['SIGMOID', '40', '80', 80],
  ])('a window, %s', async (name, centre, width, expected) => {
    const image = await grey(
      text(0x00281050, 'DS', `${centre}\\1000`),
      text(0x00281051, 'DS', `${width}\\2000`),
      text(0x00281056, 'CS', name),
    );
    expect(image.voi).toEqual({ kind: 'window', centre: 40, width: expected, function: name });
  });

  it('a window that is not allowed is none', async () => {
    expect((await grey(text(0x00281050, 'DS', '40'), text(0x00281051, 'DS', '0'))).voi).toBeNull();
  });

  it('a VOI LUT, whose first value may be negative', async () => {
    const table = sequence(0x00283010, [
      numbers(0x00283002, 'SS', 3, -1, 12),
      raw(0x00283006, 'OW', words(0, 2000, 4095)),
    ]);
    expect((await grey(table)).voi).toEqual({
      kind: 'table',
      first: -1,
      entries: Uint16Array.of(0, 2000, 4095),
      white: 4095,
    });
  });

  it('a modality LUT is applied; padding is what no entry is', async () => {
    const table = sequence(0x00283000, [
      numbers(0x00283002, 'US', 3, 10, 8),
      raw(0x00283006, 'OB', bytes(100, 150, 200)),
    ]);
    const attributes = greyImage(3, 2, { allocated: 8 }, bytes(0, 10, 11, 12, 99, 255), table);
    const image = await firstImage(dicomFile(attributes));
    expect([...image.values]).toEqual([100, 100, 150, 200, 200, 200]);
    expect(image).toMatchObject({ slope: 1, intercept: 0, declared: { low: 0, high: 255 }, padding: null });
    const padded = await firstImage(dicomFile([...attributes, numbers(0x00280120, 'US', 255)]));
    expect([...padded.values]).toEqual([100, 100, 150, 200, 200, -1]);
    expect(padded.padding).toEqual({ low: -1, high: -1 });
  });

  it('a modality LUT that is damaged is not left out', async () => {
    const table = sequence(0x00283000, [numbers(0x00283002, 'US', 3, 10, 8)]);
    expect(await outcomeOf(dicomFile(greyImage(1, 1, { allocated: 8 }, bytes(0), table)))).toBe('corrupt');
  });
});

describe('colours', () => {
  // Two pixels: pure red and a grey.
  const RGB = [255, 0, 0, 128, 128, 128];

  it('RGB pixel by pixel and plane by plane', async () => {
    expect(await valuesOf(colourImage(2, 1, 'RGB', bytes(...RGB)))).toEqual(RGB);
    const planes = colourImage(2, 1, 'RGB', bytes(255, 128, 0, 128, 0, 128), numbers(0x00280006, 'US', 1));
    expect(await valuesOf(planes)).toEqual(RGB);
  });

  it('16 bits a sample', async () => {
    const attributes = colourImage(
      1,
      1,
      'RGB',
      words(1000, 65535, 0),
      numbers(0x00280100, 'US', 16),
      numbers(0x00280101, 'US', 16),
      numbers(0x00280102, 'US', 15),
    );
    expect(await valuesOf(attributes)).toEqual([1000, 65535, 0]);
  });

  // Red by Rec. 601: Y = 76.245, B = 128 - 43.03, R = 255.5; grey has no colour difference.
  const CLOSE = 2;
  function expectClose(actual: readonly number[], expected: readonly number[]): void {
    expect(actual).toHaveLength(expected.length);
    actual.forEach((value, i) => expect(Math.abs(value - (expected[i] ?? NaN))).toBeLessThanOrEqual(CLOSE));
  }

  it('YBR_FULL', async () => {
    expectClose(await valuesOf(colourImage(2, 1, 'YBR_FULL', bytes(76, 85, 255, 128, 128, 128))), RGB);
  });

  it('YBR_FULL_422: two pixels share their colour differences', async () => {
    const attributes = colourImage(2, 2, 'YBR_FULL_422', bytes(76, 76, 85, 255, 10, 200, 128, 128));
    expectClose(await valuesOf(attributes), [255, 0, 0, 255, 0, 0, 10, 10, 10, 200, 200, 200]);
  });

  it('YBR_FULL_422 with every colour difference, as some write it', async () => {
    const attributes = colourImage(2, 1, 'YBR_FULL_422', bytes(76, 85, 255, 128, 128, 128));
    expectClose(await valuesOf(attributes), RGB);
  });

  it('YBR_PARTIAL_422: black is 16, white is 235', async () => {
    const attributes = colourImage(2, 2, 'YBR_PARTIAL_422', bytes(16, 235, 128, 128, 81, 81, 90, 240));
    expectClose(await valuesOf(attributes), [0, 0, 0, 255, 255, 255, 255, 0, 0, 255, 0, 0]);
  });

  const palette = (bits: number, ...tables: Buffer[]): Attribute[] => [
    text(0x00280004, 'CS', 'PALETTE COLOR'),
    ...[0x00281101, 0x00281102, 0x00281103].map((tag) => numbers(tag, 'US', 3, 5, bits)),
    ...tables.map((table, i) => raw(0x00281201 + i, 'OW', table)),
  ];

  it('a palette of 16 bits, and of 8 bits in words or in bytes', async () => {
    const wide = palette(16, words(1, 2, 3), words(100, 200, 300), words(0, 65535, 9));
    const image = (others: Attribute[]): Attribute[] =>
      greyImage(4, 1, { allocated: 8 }, bytes(0, 5, 6, 250), ...others);
    expect(await valuesOf(image(wide))).toEqual([1, 100, 0, 1, 100, 0, 2, 200, 65535, 3, 300, 9]);
    const expected = [1, 4, 7, 1, 4, 7, 2, 5, 8, 3, 6, 9];
    expect(await valuesOf(image(palette(8, words(1, 2, 3), words(4, 5, 6), words(7, 8, 9))))).toEqual(
      expected,
    );
    const packed = palette(8, bytes(1, 2, 3, 0), bytes(4, 5, 6, 0), bytes(7, 8, 9, 0));
    expect(await valuesOf(image(packed))).toEqual(expected);
    expect(openDicom(dicomFile(image(packed)), 'x').images).toMatchObject([{ channels: 3, bitDepth: 8 }]);
  });

  it('a palette in segments: values, a slope, and both again', async () => {
    // Discrete 10 20, linear in 2 steps to 40, then the first segment again.
    const table = words(0, 2, 10, 20, 1, 2, 40, 2, 1, 0, 0);
    const segmented = [
      text(0x00280004, 'CS', 'PALETTE COLOR'),
      ...[0x00281101, 0x00281102, 0x00281103].map((tag) => numbers(tag, 'US', 6, 0, 16)),
      ...[0x00281221, 0x00281222, 0x00281223].map((tag) => raw(tag, 'OW', table)),
    ];
    const image = await firstImage(
      dicomFile(greyImage(6, 1, { allocated: 8 }, bytes(0, 1, 2, 3, 4, 5), ...segmented)),
    );
    expect([...image.values].filter((_, i) => i % 3 === 0)).toEqual([10, 20, 30, 40, 10, 20]);
  });

  it.each([
    ['an endless repetition', words(0, 2, 10, 20, 2, 65535, 4, 0)],
    ['a slope from nothing', words(1, 2, 40, 0)],
    ['an empty segment', words(0, 0, 0, 0)],
  ])('a palette in segments with %s is damaged', async (_, table) => {
    const attributes = [
      text(0x00280004, 'CS', 'PALETTE COLOR'),
      ...[0x00281101, 0x00281102, 0x00281103].map((tag) => numbers(tag, 'US', 6, 0, 16)),
      ...[0x00281221, 0x00281222, 0x00281223].map((tag) => raw(tag, 'OW', table)),
    ];
    const file = dicomFile(greyImage(1, 1, { allocated: 8 }, bytes(0), ...attributes));
    expect(await outcomeOf(file)).toBe('corrupt');
  });
});
