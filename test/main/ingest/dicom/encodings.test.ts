import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isHighThroughput } from '../../../../main/ingest/dicom/codecs/jpeg-2000-parts.ts';
import { openDicom } from '../../../../main/ingest/dicom/open-dicom.ts';
import { colourImage, dicomFile, encapsulated, greyImage, raw, text } from './build-dicom.ts';
import { allImages, firstImage, messageOf, outcomeOf } from './read-dicom.ts';

const FIXTURES = fileURLToPath(new URL('../../../fixtures/dicom/', import.meta.url));
const WIDTH = 40;
const HEIGHT = 24;

/** What each kind of fixture holds, by its formula: test/fixtures/dicom/README.md. */
const FORMULAS: Readonly<Record<string, (x: number, y: number, channel: number) => number>> = {
  g12: (x, y) => (x * 97 + y * 61 + ((x * y) % 7) * 13) % 4096,
  s16: (x, y) => ((x * 1499 + y * 2791 + ((x * y) % 5) * 101) % 65536) - 32768,
  smooth: (x, y) => x * 60 + y * 40,
  rgb: (x, y, channel) => [(x * 6) % 256, (y * 10) % 256, ((x + y) * 3) % 256][channel] ?? NaN,
};

async function fixture(name: string): Promise<Buffer> {
  return readFile(`${FIXTURES}${name}.dcm`);
}

/** The largest difference from the formula. */
async function errorOf(name: string): Promise<number> {
  const { width, height, channels, values } = await firstImage(await fixture(name));
  expect([width, height]).toEqual([WIDTH, HEIGHT]);
  const formula = FORMULAS[name.split('-')[0] ?? ''];
  let error = 0;
  values.forEach((value, i) => {
    const pixel = Math.floor(i / channels);
    const expected = formula?.(pixel % WIDTH, Math.floor(pixel / WIDTH), i % channels) ?? NaN;
    error = Math.max(error, Math.abs(value - expected));
  });
  return error;
}

describe('frames that others have encoded', () => {
  it.each([
    's16-rle',
    'rgb-rle',
    'g12-jpeg-sv1',
    'rgb-jpeg-sv1',
    's16-jpeg-lossless-1',
    's16-jpeg-lossless-2',
    's16-jpeg-lossless-3',
    's16-jpeg-lossless-4',
    's16-jpeg-lossless-5',
    's16-jpeg-lossless-6',
    's16-jpeg-lossless-7',
    's16-jpegls',
    'g12-jpegls',
    'rgb-jpegls-line',
    'rgb-jpegls-sample',
    'rgb-jpegls-none',
    's16-j2k',
    'g12-j2k',
    'rgb-j2k',
    'g12-htj2k',
    'g12-htj2k-rpcl',
    'rgb-htj2k',
  ])('%s is lossless', async (name) => {
    expect(await errorOf(name)).toBe(0);
  });

  it.each([
    // NEAR = 3
    ['g12-jpegls-near-3', 3],
    ['smooth-jpeg-extended-12', 2],
    ['smooth-jpeg-spectral-12', 2],
    ['smooth-jpeg-progressive-12', 2],
    ['smooth-htj2k-lossy', 2],
    ['rgb-jpeg-444', 4],
    ['rgb-jpeg-422', 4],
    ['rgb-jpeg-rgb', 2],
  ])('%s is off by %i at most', async (name, most) => {
    expect(await errorOf(name)).toBeLessThanOrEqual(most);
  });
});

/** The first frame of a fixture's compressed pixel data. */
async function codestream(name: string): Promise<Buffer> {
  const file = await fixture(name);
  const start = file.lastIndexOf(Buffer.from('feff00e0', 'hex'));
  return file.subarray(start + 8, start + 8 + file.readUInt32LE(start + 4));
}

/** A file of 12-bit frames in the given fragments. */
function file12(
  fragments: readonly Uint8Array[],
  frames: number,
  offsets: number[] = [],
  uid = JPEG_LS,
): Buffer {
  const image = greyImage(
    WIDTH,
    HEIGHT,
    { allocated: 16, stored: 12 },
    new Uint8Array(0),
    text(0x00280008, 'IS', String(frames)),
    raw(0x7fe00010, 'OB', encapsulated(offsets, fragments)),
  );
  return dicomFile(image, 'explicit', uid);
}

const JPEG_LS = '1.2.840.10008.1.2.4.80';

function cut(bytes: Buffer, ...at: number[]): Buffer[] {
  return [0, ...at].map((start, i) => padded(bytes.subarray(start, at[i] ?? bytes.byteLength)));
}

function padded(bytes: Buffer): Buffer {
  return bytes.byteLength % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(1)]);
}

describe('frames in fragments', () => {
  it('one frame in several fragments', async () => {
    const whole = (await firstImage(await fixture('g12-jpegls'))).values;
    const pieces = cut(await codestream('g12-jpegls'), 100, 102, 600);
    expect((await firstImage(file12(pieces, 1))).values).toEqual(whole);
  });

  it('two frames in several fragments, found by their beginnings or by an offset table', async () => {
    const whole = (await firstImage(await fixture('g12-jpegls'))).values;
    const pieces = cut(await codestream('g12-jpegls'), 100);
    const length = pieces.reduce((sum, piece) => sum + piece.byteLength + 8, 0);
    const both = [...pieces, ...pieces];
    for (const offsets of [[], [0, length]]) {
      const images = await allImages(file12(both, 2, offsets));
      expect(images.map(({ values }) => values)).toEqual([whole, whole]);
    }
  });

  it('an extended offset table', async () => {
    const frame = await codestream('s16-rle');
    const pieces = cut(frame, 200);
    const image = greyImage(
      WIDTH,
      HEIGHT,
      { allocated: 16, signed: true },
      new Uint8Array(0),
      text(0x00280008, 'IS', '2'),
      raw(0x7fe00001, 'OV', Buffer.from(new BigUint64Array([0n, BigInt(frame.byteLength + 16)]).buffer)),
      raw(0x7fe00010, 'OB', encapsulated([], [...pieces, ...pieces])),
    );
    const images = await allImages(dicomFile(image, 'explicit', '1.2.840.10008.1.2.5'));
    const whole = (await firstImage(await fixture('s16-rle'))).values;
    expect(images.map(({ values }) => values)).toEqual([whole, whole]);
  });

  it('pieces that make no frames are refused', async () => {
    const pieces = cut(await codestream('g12-jpegls'), 100);
    expect(await outcomeOf(file12(pieces, 3))).toBe('corrupt');
    expect(await outcomeOf(file12(pieces, 1).subarray(0, -60))).toBe('truncated');
  });

  it('a codestream of another kind than the transfer syntax says', async () => {
    const whole = (await firstImage(await fixture('g12-j2k'))).values;
    expect((await firstImage(file12([await codestream('g12-j2k')], 1))).values).toEqual(whole);
  });
});

describe('codestreams that are damaged or lie', () => {
  it('another size than the DICOM header says', async () => {
    const small = greyImage(8, 8, { allocated: 16, stored: 12 }, new Uint8Array(0));
    for (const name of ['g12-jpegls', 'g12-j2k', 'g12-jpeg-sv1']) {
      const pixels = raw(0x7fe00010, 'OB', encapsulated([], [await codestream(name)]));
      const file = dicomFile([...small.filter(({ tag }) => tag !== pixels.tag), pixels], 'explicit', JPEG_LS);
      expect(await outcomeOf(file)).toBe('corrupt');
      expect(await messageOf(file)).toContain('40 x 24');
    }
  });

  it.each(['g12-jpegls', 'g12-j2k', 'g12-htj2k', 'g12-jpeg-sv1', 's16-rle'])(
    '%s cut off, and the next file is read as if nothing had been',
    async (name) => {
      const stream = await codestream(name);
      const half = padded(stream.subarray(0, Math.floor(stream.byteLength / 2)));
      const uid = name === 's16-rle' ? '1.2.840.10008.1.2.5' : JPEG_LS;
      expect(await outcomeOf(file12([half], 1, [], uid))).toBe('corrupt');
      expect(await errorOf(name)).toBe(0);
    },
  );

  it.each(['g12-jpegls', 'g12-j2k', 'g12-htj2k', 'g12-jpeg-sv1', 'smooth-jpeg-progressive-12', 's16-rle'])(
    '%s with any byte of its header changed is read or refused, never more',
    async (name) => {
      const stream = await codestream(name);
      const uid = name === 's16-rle' ? '1.2.840.10008.1.2.5' : JPEG_LS;
      for (let at = 0; at < Math.min(60, stream.byteLength); at += 3) {
        const changed = Buffer.from(stream);
        changed[at] = (changed[at] ?? 0) ^ 0x5a;
        expect(['read', 'corrupt', 'unsupported-format', 'too-large']).toContain(
          await outcomeOf(file12([changed], 1, [], uid)),
        );
      }
    },
  );

  it('a damaged packet of high throughput, which hangs OpenJPEG', async () => {
    const stream = Buffer.from(await codestream('rgb-htj2k'));
    stream.fill(255, 146, 148);
    const pixels = raw(0x7fe00010, 'OB', encapsulated([], [stream]));
    const image = colourImage(WIDTH, HEIGHT, 'YBR_RCT', new Uint8Array(0), pixels);
    expect(['read', 'corrupt']).toContain(await outcomeOf(dicomFile(image, 'explicit', JPEG_LS)));
  });

  it('high throughput is seen wherever a stream says it', () => {
    const marker = (code: number, ...body: number[]): Buffer =>
      Buffer.from([0xff, code, 0, body.length + 2, ...body]);
    const cod = (style: number): Buffer => marker(0x52, 0, 0, 0, 1, 0, 3, 4, 4, style, 1);
    const coc = (style: number): Buffer => marker(0x53, 0, 0, 3, 4, 4, style, 1);
    /** SOC, the main header, one tile-part whose header is `inTile`, EOC. */
    const stream = (inMain: Buffer, inTile: Buffer): Buffer => {
      const data = Buffer.from([0xff, 0x93, 1, 2, 3, 4]);
      const tile = marker(0x90, 0, 0, 0, 0, 0, 12 + inTile.length + data.length, 0, 1);
      const ends = [Buffer.from([0xff, 0x4f]), Buffer.from([0xff, 0xd9])] as const;
      return Buffer.concat([ends[0], inMain, tile, inTile, data, ends[1]]);
    };
    const nothing = Buffer.alloc(0);
    expect(isHighThroughput(stream(cod(0), nothing), 0)).toBe(false);
    expect(isHighThroughput(stream(cod(0), coc(0)), 0)).toBe(false);
    expect(isHighThroughput(stream(cod(0x40), nothing), 0)).toBe(true);
    expect(isHighThroughput(stream(Buffer.concat([cod(0), coc(0x40)]), nothing), 0)).toBe(true);
    expect(isHighThroughput(stream(cod(0), cod(0x40)), 0)).toBe(true);
    expect(isHighThroughput(stream(cod(0), coc(0x48)), 0)).toBe(true);
    expect(() => isHighThroughput(stream(cod(0x40), nothing).subarray(0, -3), 0)).toThrow(/cut off/);
  });

  it('nothing at all', async () => {
    expect(await outcomeOf(file12([Buffer.alloc(64)], 1))).toBe('corrupt');
    expect(await outcomeOf(file12([], 1))).toBe('corrupt');
  });
});

describe('run-length code by annex G', () => {
  /** One segment for each string of bytes. */
  function rle(...segments: number[][]): Buffer {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(segments.length, 0);
    let at = 64;
    segments.forEach((segment, i) => {
      header.writeUInt32LE(at, 4 + i * 4);
      at += segment.length;
    });
    return Buffer.concat([header, ...segments.map((segment) => Buffer.from(segment))]);
  }

  const frame = (bytes: Buffer): Buffer =>
    dicomFile(
      greyImage(3, 2, { allocated: 16 }, new Uint8Array(0), raw(0x7fe00010, 'OB', encapsulated([], [bytes]))),
      'explicit',
      '1.2.840.10008.1.2.5',
    );

  it('runs, literals, idle bytes and padding; the high bytes first', async () => {
    // High: 1 six times. Low: 10 11 12, an idle byte, 7 three times, padding.
    const { values } = await firstImage(frame(rle([251, 1], [2, 10, 11, 12, 128, 254, 7, 0])));
    expect([...values]).toEqual([266, 267, 268, 263, 263, 263]);
  });

  it.each([
    ['too few pixels', rle([251, 1], [2, 10, 11, 12])],
    ['a literal that is cut off', rle([251, 1], [5, 10, 11, 12])],
    ['a run that is cut off', rle([251, 1], [251])],
    ['a segment too few', rle([251, 1])],
    ['a segment too many', rle([251, 1], [251, 1], [251, 1])],
    ['no room for a header', Buffer.alloc(40)],
  ])('%s', async (_, bytes) => {
    expect(await outcomeOf(frame(bytes))).toBe('corrupt');
  });
});

describe('what JPEG samples in colour are', () => {
  /** A JPEG codestream whose marker APP14 of Adobe says `transform`. */
  async function withAdobe(name: string, transform: number): Promise<Buffer> {
    const stream = await codestream(name);
    const marker = Buffer.concat([Buffer.from('ffee000e', 'hex'), Buffer.from('Adobe'), Buffer.alloc(7)]);
    marker[15] = transform;
    return padded(Buffer.concat([stream.subarray(0, 2), marker, withoutJfif(stream.subarray(2))]));
  }

  function withoutJfif(segments: Buffer): Buffer {
    return segments[1] === 0xe0 ? segments.subarray(2 + segments.readUInt16BE(2)) : segments;
  }

  const file = (photometric: string, frame: Buffer): Buffer =>
    dicomFile(
      colourImage(
        WIDTH,
        HEIGHT,
        photometric,
        new Uint8Array(0),
        raw(0x7fe00010, 'OB', encapsulated([], [frame])),
      ),
      'explicit',
      '1.2.840.10008.1.2.4.50',
    );

  it('Adobe says it, whatever the photometric interpretation says', async () => {
    const truth = (await firstImage(await fixture('rgb-jpeg-444'))).values;
    const ybr = await withAdobe('rgb-jpeg-444', 1);
    expect((await firstImage(file('RGB', ybr))).values).toEqual(truth);
    const plain = (await firstImage(await fixture('rgb-jpeg-rgb'))).values;
    const rgb = await withAdobe('rgb-jpeg-rgb', 0);
    expect((await firstImage(file('YBR_FULL', rgb))).values).toEqual(plain);
  });

  it('without any marker, the photometric interpretation says it', async () => {
    const stream = await codestream('rgb-jpeg-444');
    const bare = padded(Buffer.concat([stream.subarray(0, 2), withoutJfif(stream.subarray(2))]));
    const truth = (await firstImage(await fixture('rgb-jpeg-444'))).values;
    expect((await firstImage(file('YBR_FULL', bare))).values).toEqual(truth);
    expect((await firstImage(file('RGB', bare))).values).not.toEqual(truth);
  });

  it('an image is opened without its frames being decoded', () => {
    const opened = openDicom(file('YBR_FULL_422', Buffer.alloc(20)), 'test.dcm');
    expect(opened.images).toMatchObject([{ width: WIDTH, height: HEIGHT, channels: 3, bitDepth: 8 }]);
  });
});
