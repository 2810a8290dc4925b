import { describe, expect, it } from 'vitest';
import { WeightsFileError, decodeTensors, encodeTensors } from '../../../main/jobs/weights-file.ts';

function joined(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.concat(chunks));
}

/** A file written by hand from the format's description. */
function file(header: unknown, data: readonly number[] = []): Uint8Array<ArrayBuffer> {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  const floats = Buffer.alloc(data.length * 4);
  data.forEach((value, index) => floats.writeFloatLE(value, index * 4));
  return new Uint8Array(Buffer.concat([length, text, floats]));
}

function refusalOf(bytes: Uint8Array<ArrayBuffer>): WeightsFileError {
  try {
    decodeTensors(bytes);
  } catch (error) {
    if (error instanceof WeightsFileError) return error;
    throw error;
  }
  throw new Error('expected a WeightsFileError, but the bytes were taken');
}

const TENSORS = {
  'scale0.bias': Float32Array.of(1, -2, 3.5),
  empty: new Float32Array(),
  odd: Float32Array.of(NaN, Infinity, -0, 1e-45),
};

describe('a weights file', () => {
  it('comes back as it was, with its metadata', () => {
    const { tensors, metadata } = decodeTensors(joined(encodeTensors(TENSORS, { seed: '7' })));
    expect(tensors).toEqual(TENSORS);
    expect(metadata).toEqual({ seed: '7' });
  });

  it('has the published layout', () => {
    const bytes = Buffer.from(joined(encodeTensors({ b: Float32Array.of(2), a: Float32Array.of(1, 3) }, {})));
    const length = Number(bytes.readBigUInt64LE());
    expect(length % 8).toBe(0);
    expect(JSON.parse(bytes.toString('utf8', 8, 8 + length))).toEqual({
      __metadata__: {},
      a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
      b: { dtype: 'F32', shape: [1], data_offsets: [8, 12] },
    });
    expect([0, 4, 8].map((offset) => bytes.readFloatLE(8 + length + offset))).toEqual([1, 3, 2]);
  });

  it('is read as other programs write it: any order, any shape, no metadata, no padding', () => {
    const header = {
      late: { dtype: 'F32', shape: [1], data_offsets: [16, 20] },
      early: { dtype: 'F32', shape: [2, 2], data_offsets: [0, 16] },
    };
    const { tensors } = decodeTensors(file(header, [1, 2, 3, 4, 5]));
    expect(tensors).toEqual({ early: Float32Array.of(1, 2, 3, 4), late: Float32Array.of(5) });
  });

  it('has the same bytes whatever the order of its parts', () => {
    const { odd, empty } = TENSORS;
    const one = joined(encodeTensors({ odd, empty }, { x: '1', y: '2' }));
    expect(joined(encodeTensors({ empty, odd }, { y: '2', x: '1' }))).toEqual(one);
  });

  it('is refused when cut off anywhere', () => {
    const whole = joined(encodeTensors(TENSORS, {}));
    for (let length = 0; length < whole.length; length++) {
      expect(refusalOf(whole.slice(0, length)).kind).toBe('truncated');
    }
  });

  it.each<[string, Uint8Array<ArrayBuffer>]>([
    ['bytes after the last tensor', joined([...encodeTensors(TENSORS, {}), Uint8Array.of(0)])],
    ['no JSON', file('{"a":')],
    ['no text', new Uint8Array([2, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff])],
    ['a header as long as the world', new Uint8Array(16).fill(0xff)],
    ['a list', file([1])],
    ['another type', file({ a: { dtype: 'F64', shape: [1], data_offsets: [0, 8] } }, [1, 2])],
    [
      'a size that contradicts the shape',
      file({ a: { dtype: 'F32', shape: [2], data_offsets: [0, 4] } }, [1]),
    ],
    [
      'overlapping tensors',
      file(
        {
          a: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
          b: { dtype: 'F32', shape: [1], data_offsets: [4, 8] },
        },
        [1, 2],
      ),
    ],
    ['a gap', file({ a: { dtype: 'F32', shape: [1], data_offsets: [4, 8] } }, [1, 2])],
    ['a negative offset', file({ a: { dtype: 'F32', shape: [1], data_offsets: [-4, 0] } })],
    ['an entry that is no tensor', file({ a: { note: 'x' } })],
  ])('is refused with %s', (_, bytes) => {
    expect(refusalOf(bytes).kind).toBe('corrupt');
  });
});
