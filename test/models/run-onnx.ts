/** Runs the bytes of an ONNX file on ONNX Runtime's CPU provider: the independent reader of what the compiler writes. */
import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Sample, Samples } from './samples.ts';

/** Outputs by name. @throws what ONNX Runtime says of a file that it does not accept */
export async function runOnnx(model: Uint8Array<ArrayBuffer>, inputs: Samples): Promise<Samples> {
  const session = await openOnnx(model);
  try {
    const feeds = Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, tensorOf(input)]));
    const results = await session.run(feeds);
    return Object.fromEntries(Object.entries(results).map(([name, result]) => [name, sampleOf(result)]));
  } finally {
    await session.release();
  }
}

export function openOnnx(model: Uint8Array<ArrayBuffer>): Promise<InferenceSession> {
  return InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
}

function tensorOf({ type, shape, data }: Sample): Tensor {
  const dims = [...shape];
  if (type === 'bool') return new Tensor('bool', Uint8Array.from(data), dims);
  if (data instanceof Float32Array) return new Tensor('float32', data, dims);
  if (data instanceof Int32Array) return new Tensor('int32', data, dims);
  return new Tensor('uint32', data, dims);
}

function sampleOf(tensor: InferenceSession.ReturnType[string]): Sample {
  const { data, dims: shape, type } = tensor;
  if (data instanceof Float32Array) return { type: 'float32', shape, data: Float32Array.from(data) };
  if (data instanceof Int32Array) return { type: 'int32', shape, data: Int32Array.from(data) };
  if (data instanceof Uint32Array) return { type: 'uint32', shape, data: Uint32Array.from(data) };
  if (data instanceof Uint8Array && type === 'bool')
    return { type: 'bool', shape, data: Int32Array.from(data) };
  throw new TypeError(`an output of type ${type}`);
}
