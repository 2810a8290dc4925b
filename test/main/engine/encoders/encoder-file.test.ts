import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeEncoder } from '../../../../main/engine/encoders/describe-encoder.ts';
import { EncoderError } from '../../../../main/engine/encoders/encoder-error.ts';
import { readEncoderFile } from '../../../../main/engine/encoders/encoder-file.ts';
import { normalisationFor } from '../../../../models/encoder-description.ts';
import { chance } from '../../../models/samples.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { mixingEncoder } from './mixing-encoder.ts';
import { type OnnxModel, type OnnxNode, onnxBytes, onnxFile } from './write-onnx.ts';

const NCHW = ['N', 3, 8, 12] as const;
const imagenet = normalisationFor('imagenet', 3);

async function refused(model: OnnxModel | Uint8Array, largest?: number): Promise<EncoderError> {
  const error = await readEncoderFile(onnxFile(model), largest).catch((reason: unknown) => reason);
  if (!(error instanceof EncoderError)) return expect.fail(`not refused: ${String(error)}`);
  expect(error.message).toMatch(/^"[^\n]*; [^\n]*\.$/);
  return error;
}

describe('an ONNX file of any make', () => {
  it('says what it takes and gives', async () => {
    const file = await readEncoderFile(onnxFile(mixingEncoder(NCHW, { metadata: { author: 'somebody' } })));
    expect(file.input).toEqual({ name: 'pixels', sides: ['N', 3, 8, 12] });
    expect(file.outputs).toEqual([{ name: 'features', type: 1, shape: ['N', 4, 1, 1] }]);
    expect([...file.computed]).toEqual(['small', 'mixed', 'map', 'features']);
    expect(file.metadata).toEqual({ author: 'somebody' });
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  it('may list its weights among its inputs, as old ones do', async () => {
    const model = mixingEncoder(NCHW);
    const old = { ...model, inputs: [...model.inputs, { name: 'weights', sides: [4, 3, 1, 1] }] };
    expect((await readEncoderFile(onnxFile(old))).input.name).toBe('pixels');
  });

  it('is asked of what it does not say, once', async () => {
    const file = await readEncoderFile(onnxFile(mixingEncoder(NCHW)));
    expect(describeEncoder(file)).toEqual({
      kind: 'asks',
      questions: [{ about: 'normalisation' }],
      known: { layout: 'NCHW', channels: 3, vector: 'features', grid: null },
    });
    expect(describeEncoder(file, { normalisation: imagenet })).toEqual({
      kind: 'complete',
      description: {
        layout: 'NCHW',
        channels: 3,
        side: null,
        normalisation: imagenet,
        vector: 'features',
        grid: null,
        unitVectors: true,
      },
    });
  });

  it('may leave open where the channels are, and which output is the vector', async () => {
    const open = mixingEncoder(['N', 'C', 'H', 'W'], {
      outputs: [
        { name: 'features', sides: ['N', 4, 1, 1] },
        { name: 'classes', sides: ['N', 1000] },
        { name: 'map', sides: ['N', 4, 'h', 'w'] },
      ],
    });
    const file = await readEncoderFile(onnxFile(open));
    expect(describeEncoder(file)).toEqual({
      kind: 'asks',
      questions: [
        { about: 'normalisation' },
        { about: 'layout' },
        { about: 'vector', choices: ['features', 'classes'] },
      ],
      known: { layout: null, channels: null, vector: null, grid: null },
    });
    expect(describeEncoder(file, { layout: 'NHWC', vector: 'features' })).toMatchObject({
      questions: [{ about: 'normalisation' }, { about: 'channels' }],
    });
    const answers = { normalisation: imagenet, layout: 'NCHW', channels: 3, vector: 'features' } as const;
    expect(describeEncoder(file, answers)).toMatchObject({
      description: { vector: 'features', grid: { tensor: 'map', layout: 'NCHW' } },
    });
  });

  it('may end in a map alone, and have its channels last', async () => {
    const file = await readEncoderFile(
      onnxFile(mixingEncoder([1, 224, 224, 3], { outputs: [{ name: 'map', sides: [1, 7, 7, 512] }] })),
    );
    expect(describeEncoder(file, { normalisation: imagenet })).toMatchObject({
      description: { layout: 'NHWC', channels: 3, vector: null, grid: { tensor: 'map', layout: 'NHWC' } },
    });
  });

  it.each([
    ['a tensor that the file has not', { vector: 'nothing' }],
    ['another number of channels', { channels: 1, normalisation: normalisationFor('imagenet', 1) }],
    ['a normalisation of one channel', { normalisation: normalisationFor('imagenet', 1) }],
  ] as const)('is not described by %s', async (_, wrong) => {
    const file = await readEncoderFile(onnxFile(mixingEncoder(NCHW)));
    expect(() => describeEncoder(file, { normalisation: imagenet, ...wrong })).toThrow(/does not fit it/);
  });

  it('is not believed where it describes itself wrongly', async () => {
    for (const own of ['{', '{}', '{"layout":"NCHW","channels":2}']) {
      const file = await readEncoderFile(
        onnxFile(mixingEncoder(NCHW, { metadata: { 'flowscreen.encoder': own } })),
      );
      expect(() => describeEncoder(file)).toThrow(EncoderError);
    }
  });
});

describe('an ONNX file that cannot be an encoder', () => {
  const bytes = onnxBytes(mixingEncoder(NCHW));

  it('is refused where it keeps weights elsewhere', async () => {
    const model = mixingEncoder(NCHW, {
      weights: [{ name: 'weights', sides: [4, 3, 1, 1], values: [], external: '/etc/passwd' }],
    });
    expect((await refused(model)).kind).toBe('external-data');
  });

  it('is refused where it needs operators of somebody', async () => {
    const odd = { op: 'Odd', inputs: ['pixels'], outputs: ['odd'], domain: 'example.com' };
    const nodes = mixingEncoder(NCHW).nodes;
    expect((await refused(mixingEncoder(NCHW, { nodes: [...nodes, odd] }))).kind).toBe('unknown-operators');
    const inner = { op: 'Loop', inputs: [], outputs: ['looped'], body: [odd] };
    const error = await refused(mixingEncoder(NCHW, { nodes: [...nodes, inner] }));
    expect(error.kind).toBe('unknown-operators');
    expect(error.message).toContain('"example.com"');
  });

  it('may name the domains of operators that it does not use', async () => {
    const path = onnxFile(mixingEncoder(NCHW, { domains: ['example.com', 'com.microsoft'] }));
    await expect(readEncoderFile(path)).resolves.toBeDefined();
  });

  it('is refused where its input is no image', async () => {
    const port = (sides: readonly (number | string)[], type = 1) => ({
      inputs: [{ name: 'a', sides, type }],
    });
    for (const wrong of [
      { inputs: [] },
      { inputs: [...port(['N', 3, 8, 8]).inputs, ...port(['N', 3, 8, 8]).inputs] },
      port(['N', 3]),
      port([]),
      port(['N', 3, 8, 8], 10),
      port(['N', 3, -1, 8]),
      port(['N', 3, 2 ** 40, 8]),
    ]) {
      expect((await refused(mixingEncoder(NCHW, wrong))).kind).toBe('wrong-input');
    }
  });

  it('is refused where it gives neither vector nor map', async () => {
    const file = await readEncoderFile(
      onnxFile(mixingEncoder(NCHW, { outputs: [{ name: 'features', sides: ['N', 4, 9] }] })),
    );
    expect(() => describeEncoder(file)).toThrow(/no output of shape/);
  });

  it('is refused where it is nested without end', async () => {
    const nested = (depth: number): OnnxNode => ({
      op: 'If',
      inputs: [],
      outputs: ['a'],
      body: depth === 0 ? [] : [nested(depth - 1)],
    });
    const node = nested(100);
    expect((await refused(mixingEncoder(NCHW, { nodes: [node] }))).kind).toBe('not-onnx');
  });

  it('is refused where it is too large, no file, or not there', async () => {
    expect((await refused(bytes, bytes.length - 1)).kind).toBe('too-large');
    const folder = temporaryFolder();
    for (const path of [folder, join(folder, 'none')]) {
      await expect(readEncoderFile(path)).rejects.toMatchObject({ kind: 'unreadable' });
    }
  });

  it('is refused where it is cut short or changed, or opened as what it says, but never fails in another way', async () => {
    const draw = chance(7);
    const broken = [
      new Uint8Array(),
      new TextEncoder().encode('not a model'),
      ...Array.from({ length: 60 }, (_, at) => bytes.subarray(0, Math.floor((at / 60) * bytes.length))),
      ...Array.from({ length: 400 }, () => {
        const changed = bytes.slice();
        for (let times = 0; times < 3; times++) {
          changed[Math.floor(draw() * changed.length)] = Math.floor(draw() * 256);
        }
        return changed;
      }),
    ];
    const path = onnxFile(bytes);
    for (const model of broken) {
      writeFileSync(path, model);
      const result = await readEncoderFile(path).catch((error: unknown) => error);
      if (result instanceof Error) expect(result).toBeInstanceOf(EncoderError);
    }
  });
});
