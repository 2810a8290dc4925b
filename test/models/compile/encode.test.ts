import { numpy as np } from '@jax-js/jax';
import { describe, expect, it } from 'vitest';
import type { Tensor } from '../../../models/array.ts';
import { compile } from '../../../models/compile/compile.ts';
import type { CompileTarget } from '../../../models/device.ts';
import { OPSET } from '../../../models/compile/encode.ts';
import { type NamedTensors, trace } from '../../../models/compile/trace.ts';
import { TARGETS, compileAndRun, evaluate, expectSame, tensorOf } from '../evaluate.ts';
import { openOnnx } from '../run-onnx.ts';
import { bools, floats, ints, sample, words } from '../samples.ts';

const get = (tensors: NamedTensors, name: string): Tensor => {
  const tensor = tensors[name];
  if (tensor === undefined) throw new RangeError(`no input ${name}`);
  return tensor.ref;
};

const inputs = { images: floats([2, 3]), labels: ints([2]), mask: bools([2, 1]) };

describe('the bytes of a compiled program', () => {
  it('name inputs and outputs, with their types and shapes', async () => {
    const traced = trace(
      (tensors) => ({
        'scores/per image': np.sum(np.where(get(tensors, 'mask'), get(tensors, 'images'), 0), 1),
        next: np.add(get(tensors, 'labels'), 1),
      }),
      Object.entries(inputs).map(([name, { shape, type }]) => ({ name, shape, type })),
    );
    for (const target of TARGETS) {
      const session = await openOnnx(compile(traced, target));
      expect(session.inputNames).toEqual(['images', 'labels', 'mask']);
      expect(session.outputNames).toEqual(['scores/per image', 'next']);
      expect(session.inputMetadata).toMatchObject([
        { name: 'images', isTensor: true, type: 'float32', shape: [2, 3] },
        { name: 'labels', isTensor: true, type: 'int32', shape: [2] },
        { name: 'mask', isTensor: true, type: 'bool', shape: [2, 1] },
      ]);
      expect(session.outputMetadata).toMatchObject([
        { name: 'scores/per image', isTensor: true, type: 'float32', shape: [2] },
        { name: 'next', isTensor: true, type: 'int32', shape: [2] },
      ]);
      await session.release();
    }
  });

  it('are the same for the same program', () => {
    const bytes = () =>
      compile(
        trace((tensors) => ({ y: np.exp(get(tensors, 'x')) }), [{ name: 'x', shape: [3], type: 'float32' }]),
        'portable',
      );
    expect(bytes()).toEqual(bytes());
  });

  it('keep an input that nothing reads', async () => {
    const program = (tensors: NamedTensors) => ({ y: np.exp(get(tensors, 'images')) });
    for (const target of TARGETS) {
      expectSame(await compileAndRun(program, inputs, target), evaluate(program, inputs));
    }
  });

  it.each<[string, (tensors: NamedTensors) => NamedTensors]>([
    ['an output that is an input', (t) => ({ same: get(t, 'images') })],
    ['a constant output', () => ({ one: np.array(1), many: np.array([1, 2, 3]).reshape([3, 1]) })],
    [
      'one value under two names',
      (t) => {
        const y = np.exp(get(t, 'images'));
        return { first: y.ref, second: y };
      },
    ],
    [
      'two equal computations',
      (t) => ({ first: np.exp(get(t, 'images')), second: np.exp(get(t, 'images')) }),
    ],
    [
      'an output that another output is computed from',
      (t) => {
        const y = np.exp(get(t, 'images'));
        return { y: y.ref, z: np.sum(y) };
      },
    ],
    [
      'names that look like those of inner values',
      (t) => ({
        v3: np.exp(np.sin(get(t, 'images'))),
        v5: np.cos(np.add(get(t, 'images'), 1)),
        v4: np.add(get(t, 'labels'), 1),
      }),
    ],
    ['a scalar output', (t) => ({ y: np.sum(get(t, 'images')) })],
    ['names beyond ASCII', (t) => ({ 'größe → σ²': np.sum(get(t, 'images')) })],
  ])('hold %s', async (_, program) => {
    const expected = evaluate(program, inputs);
    for (const target of TARGETS) expectSame(await compileAndRun(program, inputs, target), expected);
  });

  it('are refused where an output has the name of an input', () => {
    const program = (t: NamedTensors) => ({ images: np.exp(get(t, 'images')) });
    expect(() => trace(program, [{ name: 'images', shape: [3], type: 'float32' }])).toThrow(
      '"images" names both an input and an output',
    );
  });

  it.each([
    ['float32', floats([3, 4], 5)],
    ['float32, more than a few', floats([80, 80], 5)],
    ['int32', ints([3, 4], 5)],
    ['uint32', words([3, 4], 5)],
    ['bool', bools([3, 4], 5)],
    ['special values', sample([-0, 0, Infinity, -Infinity, 1e-40, 3.4e38], [6])],
  ])('hold constants of %s', async (_, held) => {
    const program = () => ({ y: tensorOf(held) });
    for (const target of TARGETS) {
      const { y } = await compileAndRun(program, inputs, target);
      expect(y).toEqual(held);
    }
  });
});

describe('metadata', () => {
  const bytes = (target: CompileTarget, metadata: Record<string, string>) =>
    compile(
      trace((tensors) => ({ y: np.exp(get(tensors, 'x')) }), [{ name: 'x', shape: [3], type: 'float32' }]),
      target,
      metadata,
    );

  it('is readable in the file, beside the operator set', async () => {
    const metadata = { detector: 'glow', settings: '{"scales":3}', 'für wen': 'Röntgen' };
    const model = readMessage(bytes('portable', metadata));
    const entries = (model.get(14) ?? []).map((entry) => {
      const fields = readMessage(bytesOf(entry));
      return [textOf(fields, 1), textOf(fields, 2)];
    });
    expect(Object.fromEntries(entries)).toEqual(metadata);
    const [opset] = model.get(8) ?? [];
    expect(readMessage(bytesOf(opset)).get(2)).toEqual([OPSET]);
    const session = await openOnnx(bytes('cpu-training', metadata));
    expect(session.outputNames).toEqual(['y']);
    await session.release();
  });
});

type Field = number | Uint8Array;

/** Protocol buffers by hand: varints and length-delimited fields by number, which is all that these messages hold. */
function readMessage(bytes: Uint8Array): Map<number, Field[]> {
  const fields = new Map<number, Field[]>();
  let position = 0;
  const varint = () => {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[position++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  };
  while (position < bytes.length) {
    const tag = varint();
    const wire = tag % 8;
    if (wire !== 0 && wire !== 2) throw new RangeError(`wire type ${wire}`);
    let field: Field = varint();
    if (wire === 2) {
      const end = position + field;
      field = bytes.subarray(position, end);
      position = end;
    }
    fields.set(Math.floor(tag / 8), [...(fields.get(Math.floor(tag / 8)) ?? []), field]);
  }
  return fields;
}

function bytesOf(field: Field | undefined): Uint8Array {
  if (!(field instanceof Uint8Array)) throw new TypeError('not a length-delimited field');
  return field;
}

function textOf(fields: Map<number, Field[]>, number: number): string {
  return new TextDecoder().decode(bytesOf(fields.get(number)?.[0]));
}
