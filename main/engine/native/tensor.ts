import koffi from 'koffi';
import { elementCount } from '../../../models/compile/graph.ts';
import type { HostTensor } from '../../../models/device.ts';
import { type Port, emptyTensor, isHostData } from '../host-tensors.ts';
import type { Pointer } from './api.ts';
import { TYPE_CODES, typeAndShape } from './ports.ts';
import type { NativeRuntime } from './runtime.ts';

/** A tensor of the host's that ONNX Runtime reads and writes where it is: nothing is copied. */
export interface NativeTensor extends HostTensor {
  /** An OrtValue: not the memory, but where it is. */
  readonly value: Pointer;
}

/** @throws Error when the data is smaller than the shape */
export function wrap(
  { api, hostMemory }: NativeRuntime,
  { type }: Port,
  { data, shape }: HostTensor,
): NativeTensor {
  const sides = BigInt64Array.from(shape, BigInt);
  const value = api.make(
    'CreateTensorWithDataAsOrtValue',
    hostMemory,
    data,
    data.byteLength,
    sides,
    sides.length,
    TYPE_CODES[type],
  );
  return { data, shape, value };
}

/** The tensor itself stays. */
export function unwrap({ api }: NativeRuntime, { value }: Pick<NativeTensor, 'value'>): void {
  api.release('Value', value);
}

/** koffi's names of the elements, whose arrays it gives as typed arrays. */
const C_TYPES = { float32: 'float', int32: 'int32_t', bool: 'uint8_t', uint8: 'uint8_t' } as const;

/** A copy of a tensor in ONNX Runtime's own memory. */
export function read({ api }: NativeRuntime, { name, type }: Port, value: Pointer): HostTensor {
  const info = api.make('GetTensorTypeAndShape', value);
  try {
    const { shape } = typeAndShape(api, info);
    const count = elementCount(shape);
    // What holds nothing has no address.
    if (count === 0) return emptyTensor({ type }, shape);
    const memory = api.make('GetTensorMutableData', value);
    const data: unknown = koffi.decode(memory, C_TYPES[type], count);
    if (!isHostData(data)) throw new TypeError(`the output "${name}" could not be read`);
    return { data, shape };
  } finally {
    api.release('TensorTypeAndShapeInfo', info);
  }
}
