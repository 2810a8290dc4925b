/** jax-js's own backend as the reference for compiled programs. */
import { numpy as np } from '@jax-js/jax';
import { expect } from 'vitest';
import type { Tensor } from '../../models/array.ts';
import { compile } from '../../models/compile/compile.ts';
import type { CompileTarget } from '../../models/device.ts';
import { type NamedTensors, trace } from '../../models/compile/trace.ts';
import { runOnnx } from './run-onnx.ts';
import { type Sample, type Samples, specsOf } from './samples.ts';

export type Program = (inputs: NamedTensors) => NamedTensors;

export const TARGETS: readonly CompileTarget[] = ['portable', 'cpu-training'];

export function tensorOf({ type, shape, data }: Sample): Tensor {
  return np.array(data, { shape: [...shape], dtype: jaxTypes[type] });
}

const jaxTypes = { float32: np.float32, int32: np.int32, uint32: np.uint32, bool: np.bool } as const;

export function sampleOf(tensor: Tensor): Sample {
  const { shape, dtype } = tensor;
  const data = tensor.ref.dataSync();
  if (data instanceof Float32Array) return { type: 'float32', shape, data: Float32Array.from(data) };
  if (data instanceof Uint32Array) return { type: 'uint32', shape, data: Uint32Array.from(data) };
  if (data instanceof Int32Array)
    return { type: dtype === np.bool ? 'bool' : 'int32', shape, data: Int32Array.from(data) };
  throw new TypeError(`a result of type ${dtype}`);
}

/** Runs the program on jax-js itself, operation by operation. */
export function evaluate(program: Program, inputs: Samples): Samples {
  const tensors = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, tensorOf(input)]));
  const results = program(tensors);
  return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, sampleOf(result)]));
}

export function compileAndRun(program: Program, inputs: Samples, target: CompileTarget): Promise<Samples> {
  return runOnnx(compile(trace(program, specsOf(inputs)), target), inputs);
}

/** Same names, types, shapes and values; floats to a tolerance relative to 1 + |expected|. */
export function expectSame(actual: Samples, expected: Samples, tolerance = 1e-5): void {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, reference] of Object.entries(expected)) {
    const result = actual[name];
    expect({ name, type: result?.type, shape: result?.shape }).toEqual({
      name,
      type: reference.type,
      shape: reference.shape,
    });
    if (result !== undefined) expectClose(result.data, reference.data, tolerance, name);
  }
}

export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-5,
  what = 'values',
): void {
  expect(actual.length, what).toBe(expected.length);
  for (let index = 0; index < expected.length; index++) {
    const [value = Number.NaN, reference = Number.NaN] = [actual[index], expected[index]];
    if (Object.is(value, reference) || value === reference) continue;
    const error = Math.abs(value - reference) / (1 + Math.abs(reference));
    if (!(error <= tolerance))
      expect.fail(`${what}[${index}] is ${value}, expected ${reference} (±${tolerance} relative)`);
  }
}
