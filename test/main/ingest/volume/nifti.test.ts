import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { errorKindOf, ingestErrorOf } from '../fixtures.ts';
import { WRITTEN, allValues, nifti1, nifti2, opened, sampleBytes } from './write-volume.ts';
import type { Written } from './write-volume.ts';

const read = async (bytes: Uint8Array) => allValues(await opened('volume.nii', bytes));
const changed = (change: (view: DataView) => void) => opened('volume.nii', nifti1(WRITTEN, change));
const WIDE = { size: [2, 2, 1], type: 'float64', little: true } as const;

describe('values', () => {
  it.each([true, false])('NaN and infinities stay what they are (little endian: %s)', async (little) => {
    const values = [Number.NaN, Infinity, -Infinity, 1.5];
    for (const type of ['float32', 'float64'] as const) {
      const written: Written = { size: [2, 2, 1], type, values, little };
      expect(await read(nifti1(written))).toEqual(values);
      expect(await read(nifti2(written))).toEqual(values);
    }
  });

  it.each([
    ['int64', 1024, [-3n, 2n ** 40n, 0n, 7n], [-3, 2 ** 40, 0, 7]],
    ['uint64', 1280, [2n ** 63n, 1n, 0n, 5n], [2 ** 63, 1, 0, 5]],
  ])('%s becomes floats', async (_, code, wide, expected) => {
    const header = nifti1({ ...WIDE, values: [] }, (view) => {
      view.setInt16(70, code, true);
    });
    const bytes = Buffer.alloc(32);
    for (const [index, value] of wide.entries()) bytes.writeBigUInt64LE(BigInt.asUintN(64, value), index * 8);
    expect(await read(Buffer.concat([header, bytes]))).toEqual(expected);
  });

  it('64 bit floats hold half of their bytes in memory', async () => {
    const volume = await opened('volume.nii', nifti1({ ...WIDE, values: [1, 2, 3, 4] }));
    expect(volume.heldBytes).toBe(16);
    expect(volume.images[0]?.bitDepth).toBe(32);
  });

  it.each([
    ['none for 0', 0, 9, 1, 0],
    ['none for NaN', Number.NaN, Number.NaN, 1, 0],
    ['slope and intercept', -2, 9, -2, 9],
  ])('scaling: %s', async (_, slope, intercept, expectedSlope, expectedIntercept) => {
    const volume = await changed((view) => {
      view.setFloat32(112, slope, true);
      view.setFloat32(116, intercept, true);
    });
    const image = await volume.read({ frame: 0, plane: 'axial' });
    expect(image).toMatchObject({ slope: expectedSlope, intercept: expectedIntercept });
  });

  it.each([
    ['uint8', { low: 0, high: 255 }],
    ['uint16', { low: 0, high: 65535 }],
    ['int16', null],
    ['float32', null],
  ] as const)('%s declares its range: %o', async (type, declared) => {
    const volume = await opened('volume.nii', nifti1({ ...WIDE, type, values: [1, 2, 3, 4] }));
    expect(await volume.read({ frame: 0, plane: 'axial' })).toMatchObject({ declared });
  });

  it('extensions between header and voxels are passed over', async () => {
    const { buffer } = nifti1(WRITTEN, (view) => {
      view.setFloat32(108, 352 + 64, true);
    });
    const bytes = Buffer.from(buffer);
    const samples = sampleBytes(WRITTEN);
    const header = bytes.subarray(0, bytes.length - samples.length);
    expect(await read(Buffer.concat([header, Buffer.alloc(64, 9), samples]))).toEqual(WRITTEN.values);
  });
});

describe('slices', () => {
  it('of a file that does not say how it lies are as stored, with a note', async () => {
    const volume = await opened('volume.nii', nifti1(WRITTEN));
    expect(volume.notes).toEqual([
      'It does not say how it lies in the patient; its slices are shown as they are stored.',
    ]);
    expect(volume.images.map(({ position }) => position)).toEqual([0, 1]);
    expect(await allValues(volume)).toEqual(WRITTEN.values);
  });

  it.each([
    ['metres', 1, 1000],
    ['millimetres', 2, 1],
    ['micrometres', 3, 0.001],
    ['no unit', 0, 1],
  ])('in %s have positions in millimetres', async (_, unit, millimetres) => {
    const sform = [
      [1, 0, 0, 0],
      [0, 1, 0, 0],
      [0, 0, 2, 10],
    ];
    // With the code of seconds above it.
    const units = (view: DataView) => {
      view.setUint8(123, unit | 8);
    };
    const { images } = await opened('volume.nii', nifti1({ ...WRITTEN, sform }, units));
    expect(images.map(({ position }) => position)).toEqual([10 * millimetres, 12 * millimetres]);
    const bare = await changed(units);
    expect(bare.images.map(({ position }) => position)).toEqual([0, millimetres]);
  });

  it('are not counted along axes that the header does not use', async () => {
    const volume = await changed((view) => {
      view.setInt16(48, 7, true);
      view.setInt16(50, 0, true);
    });
    expect(await allValues(volume)).toEqual(WRITTEN.values);
  });

  it.each([
    ['flat', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['not a number', Array.from({ length: 12 }, () => Number.NaN)],
    ['infinite', Array.from({ length: 12 }, () => Infinity)],
  ])('with an orientation that is %s are as stored, with a note', async (_, sform) => {
    const volume = await changed((view) => {
      view.setInt16(254, 1, true);
      for (const [index, value] of sform.entries()) view.setFloat32(280 + index * 4, value, true);
    });
    expect(volume.notes).toHaveLength(1);
    expect(await allValues(volume)).toEqual(WRITTEN.values);
  });

  it('an sform goes before a qform', async () => {
    const sform = [
      [1, 0, 0, 0],
      [0, 0, 1, 0],
      [0, -1, 0, 0],
    ];
    const volume = await opened(
      'volume.nii',
      nifti1({ ...WRITTEN, sform }, (view) => {
        view.setInt16(252, 2, true);
      }),
    );
    // Its second axis runs from head to feet: axial slices lie across that.
    expect(volume.images.map(({ part }) => part.frame)).toEqual([2, 1, 0]);
  });

  it('a single sagittal slice is shown whole in every plane', async () => {
    const sform = [
      [0, 0, 1, 12],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ];
    for (const plane of ['axial', 'coronal', 'sagittal'] as const) {
      const written = { ...WRITTEN, size: [6, 4, 1], sform };
      const { images } = await opened('volume.nii', nifti1(written), plane);
      expect(images).toMatchObject([{ part: { frame: 0, plane }, width: 6, height: 4, position: 12 }]);
    }
  });

  it('are read in part and shrunk', async () => {
    const volume = await opened('volume.nii', nifti1({ ...WRITTEN, size: [6, 4, 1] }));
    const part = { frame: 0, plane: 'axial' } as const;
    const region = { left: 1, top: 1, width: 5, height: 2 };
    const whole = await volume.read(part);
    expect(Array.from(whole.values)).toEqual(WRITTEN.values);
    const cut = await volume.read(part, { region });
    expect([cut.width, cut.height]).toEqual([5, 2]);
    expect(Array.from(cut.values)).toEqual(
      [7, 8, 9, 10, 11, 13, 14, 15, 16, 17].map((index) => index * 3 - 7),
    );
    const shrunk = await volume.read(part, { region, shrink: 2 });
    // Means of 7, 8, 13, 14 and of 9, 10, 15, 16: 10.5 * 3 - 7 and 12.5 * 3 - 7, halves up.
    expect(shrunk).toMatchObject({ width: 2, height: 1, values: Int16Array.of(25, 31) });
    await expect(volume.read(part, { region: { ...region, left: 2 } })).rejects.toThrow(RangeError);
    await expect(volume.read({ frame: 1, plane: 'axial' })).rejects.toThrow(RangeError);
    await expect(volume.read({ frame: 0, plane: 'coronal' })).rejects.toThrow(RangeError);
  });
});

describe('refused', () => {
  it.each([32, 1792, 2048, 1536, 1, 2304])('datatype %i, with its reason', async (code) => {
    const error = await ingestErrorOf(
      changed((view) => {
        view.setInt16(70, code, true);
      }),
    );
    expect(error.kind).toBe('unsupported-format');
    expect(error.message).toMatch(/holds (complex|128 bit|single bits|colours with)/);
  });

  it.each([
    ['a datatype that does not exist', 70, 3],
    ['no axes', 40, 0],
    ['eight axes', 40, 8],
    ['a negative side', 42, -4],
    ['a side of 0', 44, 0],
  ])('%s', async (_, at, value) => {
    expect(
      await errorKindOf(
        changed((view) => {
          view.setInt16(at, value, true);
        }),
      ),
    ).toBe('corrupt');
  });

  it.each([100, -1, 352.5, 1e30, Number.NaN, 2 ** 27])('voxels at byte %f', async (offset) => {
    expect(
      await errorKindOf(
        changed((view) => {
          view.setFloat32(108, offset, true);
        }),
      ),
    ).toBe('corrupt');
  });

  it('a header length that is not one', async () => {
    expect(
      await errorKindOf(
        changed((view) => {
          view.setInt32(0, 349, true);
        }),
      ),
    ).toBe('corrupt');
  });

  it('vectors and tensors', async () => {
    const error = changed((view) => {
      view.setInt16(40, 5, true);
      view.setInt16(50, 3, true);
    });
    expect(await errorKindOf(error)).toBe('unsupported-format');
  });

  it('Analyze 7.5', async () => {
    const error = await ingestErrorOf(
      changed((view) => {
        view.setUint32(344, 0);
        view.setUint8(38, 'r'.charCodeAt(0));
      }),
    );
    expect(error.kind).toBe('unsupported-format');
    expect(error.message).toContain('Analyze');
  });

  it.each([1, 100, 347, 351, 352, 353, 399])('cut off after %i bytes', async (length) => {
    const bytes = nifti1(WRITTEN);
    // Less than its magic is recognised by nobody, and is cut off all the same.
    const expected = length < 348 ? ['unsupported-format', 'truncated'] : ['truncated'];
    expect(expected).toContain(await errorKindOf(opened('volume.nii', bytes.subarray(0, length))));
  });

  it.each([20, 100, -9, -1])('a packed file cut off at %i', async (end) => {
    const packed = gzipSync(nifti1(WRITTEN), { level: 0 });
    expect(await errorKindOf(opened('volume.nii.gz', packed.subarray(0, end)))).not.toBe('corrupt');
  });

  it('a packed file whose checksum is wrong', async () => {
    const packed = Buffer.from(gzipSync(nifti1(WRITTEN)));
    packed.writeUInt8((packed.at(-8) ?? 0) ^ 1, packed.length - 8);
    expect(await errorKindOf(opened('volume.nii.gz', packed))).toBe('corrupt');
  });

  it('half of a pair, with the name of the other', async () => {
    const header = nifti1({ ...WRITTEN, values: [] }, (view) => {
      view.setUint8(345, 'i'.charCodeAt(0));
      view.setFloat32(108, 0, true);
    });
    const error = await ingestErrorOf(opened('scan.hdr', header));
    expect(error.kind).toBe('not-found');
    expect(error.message).toContain('"scan.img" is not beside it');
    const whole = await opened('scan.hdr', header, 'axial', {
      'scan.img.gz': gzipSync(sampleBytes(WRITTEN)),
    });
    expect(await allValues(whole)).toEqual(WRITTEN.values);
  });
});
