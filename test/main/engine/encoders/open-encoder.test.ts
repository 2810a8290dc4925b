import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { describeEncoder } from '../../../../main/engine/encoders/describe-encoder.ts';
import { readEncoderFile } from '../../../../main/engine/encoders/encoder-file.ts';
import { encoderInput, resized } from '../../../../main/engine/encoders/encoder-input.ts';
import { type OpenEncoder, openEncoder } from '../../../../main/engine/encoders/open-encoder.ts';
import { openDevice } from '../../../../main/engine/devices.ts';
import type { Device } from '../../../../models/device.ts';
import {
  type EncoderDescription,
  type NormalisationName,
  normalisationFor,
} from '../../../../models/encoder-description.ts';
import { type ImageShape, elementsOf } from '../../../../models/images.ts';
import { expectClose } from '../../../models/evaluate.ts';
import { chance } from '../../../models/samples.ts';
import { mixed, mixingEncoder } from './mixing-encoder.ts';
import { type OnnxModel, onnxFile } from './write-onnx.ts';

const SHAPE: ImageShape = { channels: 3, height: 8, width: 12 };

let device: Device;
beforeAll(async () => {
  device = await openDevice('cpu', () => undefined);
});

async function opened(
  model: OnnxModel,
  answers: Partial<EncoderDescription>,
  shape: ImageShape = SHAPE,
): Promise<OpenEncoder> {
  const file = await readEncoderFile(onnxFile(model));
  const described = describeEncoder(file, { normalisation: normalisationFor('zero-to-one', 3), ...answers });
  if (described.kind === 'asks') throw new Error(JSON.stringify(described.questions));
  const encoder = await openEncoder(device, file, described.description, shape);
  onTestFinished(() => encoder.dispose());
  return encoder;
}

function images(count: number, shape: ImageShape = SHAPE): Uint8Array[] {
  const draw = chance(11);
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length: elementsOf(shape) }, () => Math.floor(256 * draw())),
  );
}

const pixel =
  (image: Uint8Array, { height, width }: ImageShape) =>
  (channel: number, y: number, x: number) =>
    (image[(channel * height + y) * width + x] ?? Number.NaN) / 255;

const unit = (values: readonly number[]) => values.map((value) => value / Math.hypot(...values));

describe('an encoder on a device', () => {
  it.each([
    ['any number of images', ['N', 3, 8, 12]],
    ['five images at once', [5, 3, 8, 12]],
    ['images of any size', ['N', 3, 'H', 'W']],
  ] as const)('gives the features that its file computes, where it takes %s', async (_, sides) => {
    const encoder = await opened(mixingEncoder(sides), { grid: { tensor: 'map', layout: 'NCHW' } });
    expect(encoder.dimensions).toBe(4);
    expect(encoder.grid).toEqual({ height: 4, width: 6, dimensions: 4 });
    const given = images(23);
    const { vectors, grids } = await encoder.encode(given);
    const expected = given.map((image) => mixed(pixel(image, SHAPE), 8, 12));
    expectClose(
      vectors,
      expected.flatMap(({ features }) => unit(features)),
      1e-5,
      'vectors',
    );
    expectClose(
      grids ?? [],
      expected.flatMap(({ map }) => map),
      1e-5,
      'grids',
    );
    expect(await encoder.encode([])).toEqual({ vectors: new Float32Array(), grids: new Float32Array() });
  });

  it('gives an image the same features whatever comes with it', async () => {
    const encoder = await opened(mixingEncoder(['N', 3, 8, 12]), {});
    const given = images(20);
    const { vectors } = await encoder.encode(given);
    const alone = await encoder.encode(given.slice(7, 8));
    expect(alone.vectors).toEqual(vectors.slice(28, 32));
  });

  it('leaves vectors as they are where that is asked for, and takes the mean over places where there is no vector', async () => {
    const given = images(3);
    const expected = given.flatMap((image) => mixed(pixel(image, SHAPE), 8, 12).features);
    const plain = await opened(mixingEncoder(['N', 3, 8, 12]), { unitVectors: false });
    expectClose((await plain.encode(given)).vectors, expected, 1e-5);
    const map = mixingEncoder(['N', 3, 8, 12], { outputs: [{ name: 'map', sides: ['N', 4, 4, 6] }] });
    const means = await opened(map, { unitVectors: false });
    expectClose((await means.encode(given)).vectors, expected, 1e-5);
  });

  it('normalises as it was described', async () => {
    const image = images(1);
    for (const name of ['imagenet', 'minus-one-to-one', 'zero-to-255'] satisfies NormalisationName[]) {
      const normalisation = normalisationFor(name, 3);
      const encoder = await opened(mixingEncoder(['N', 3, 8, 12]), { normalisation, unitVectors: false });
      const at = pixel(image[0] ?? new Uint8Array(), SHAPE);
      const input = (channel: number, y: number, x: number) =>
        (at(channel, y, x) - (normalisation.mean[channel] ?? 0)) / (normalisation.deviation[channel] ?? 1);
      expectClose((await encoder.encode(image)).vectors, mixed(input, 8, 12).features, 1e-4, name);
    }
  });

  it('repeats grey images for an encoder of colours', async () => {
    const grey: ImageShape = { ...SHAPE, channels: 1 };
    const given = images(2, grey);
    const encoder = await opened(mixingEncoder(['N', 3, 8, 12]), { unitVectors: false }, grey);
    const expected = given.flatMap(
      (image) => mixed((_, y, x) => pixel(image, grey)(0, y, x), 8, 12).features,
    );
    expectClose((await encoder.encode(given)).vectors, expected, 1e-5);
  });

  it('has a fingerprint of the file, its description and the size, not of where it lies', async () => {
    const model = mixingEncoder(['N', 3, 'H', 'W']);
    const first = await opened(model, {});
    expect((await opened(model, {})).fingerprint).toBe(first.fingerprint);
    const others = [
      await opened(model, { unitVectors: false }),
      await opened(model, { normalisation: normalisationFor('imagenet', 3) }),
      await opened(model, {}, { ...SHAPE, height: 16 }),
      await opened(mixingEncoder(['N', 3, 'H', 'W'], { metadata: { a: 'b' } }), {}),
    ];
    expect(new Set([first, ...others].map(({ fingerprint }) => fingerprint)).size).toBe(5);
  });

  it('gives finite features for a constant image, of length 0 where they have no direction', async () => {
    const encoder = await opened(mixingEncoder(['N', 3, 8, 12]), {});
    const { vectors } = await encoder.encode([new Uint8Array(elementsOf(SHAPE))]);
    expect(vectors).toEqual(new Float32Array(4));
  });

  it('is refused where what it computes is no such thing', async () => {
    const sides = ['N', 3, 8, 12] as const;
    await expect(
      opened(mixingEncoder(sides, { outputs: [{ name: 'map', sides: ['N', 4] }] }), { vector: 'map' }),
    ).rejects.toThrow(/./);
    await expect(opened(mixingEncoder(sides), { vector: 'map' })).rejects.toMatchObject({
      kind: 'wrong-output',
    });
    const logs = mixingEncoder(sides, {
      nodes: [...mixingEncoder(sides).nodes, { op: 'Log', inputs: ['features'], outputs: ['logs'] }],
      outputs: [{ name: 'logs', sides: ['N', 4, 1, 1] }],
    });
    await expect(opened(logs, {})).rejects.toMatchObject({ kind: 'not-finite' });
  });
});

describe('an encoder of large images', () => {
  it('is refused where they do not fit into memory, before anything is made', async () => {
    for (const sides of [
      ['N', 3, 2 ** 16, 2 ** 16],
      [2 ** 16, 3, 128, 128],
    ] as const) {
      await expect(opened(mixingEncoder(sides), {})).rejects.toMatchObject({ kind: 'wrong-input' });
    }
  });
});

describe('the input of an encoder', () => {
  it('is bilinear between pixel centres where the size differs', () => {
    const plane = Float32Array.of(0, 4, 8, 12);
    expect(Array.from(resized(plane, { height: 1, width: 4 }, { height: 1, width: 2 }))).toEqual([2, 10]);
    expect(Array.from(resized(plane, { height: 1, width: 4 }, { height: 1, width: 8 }))).toEqual([
      0, 1, 3, 5, 7, 9, 11, 12,
    ]);
    expect(Array.from(resized(plane, { height: 2, width: 2 }, { height: 1, width: 1 }))).toEqual([6]);
    expect(resized(plane, { height: 2, width: 2 }, { height: 2, width: 2 })).toBe(plane);
  });

  it('has its channels where the layout says, and is grey where one is asked for', () => {
    const shape: ImageShape = { channels: 3, height: 1, width: 2 };
    const image = Uint8Array.of(255, 0, 0, 255, 51, 102);
    const plain = { channels: 3, normalisation: normalisationFor('zero-to-one', 3) } as const;
    const input = (description: Pick<EncoderDescription, 'channels' | 'layout' | 'normalisation'>) =>
      encoderInput([image], shape, shape, description);
    expectClose(input({ ...plain, layout: 'NCHW' }), [1, 0, 0, 1, 0.2, 0.4], 1e-6);
    expectClose(input({ ...plain, layout: 'NHWC' }), [1, 0, 0.2, 0, 1, 0.4], 1e-6);
    const grey = { channels: 1, layout: 'NCHW', normalisation: normalisationFor('zero-to-one', 1) } as const;
    expectClose(input(grey), [0.299 + 0.114 * 0.2, 0.587 + 0.114 * 0.4], 1e-6);
  });
});
