import koffi from 'koffi';
import { type ElementType, type Port, portOf } from '../host-tensors.ts';
import type { OrtApi, Pointer } from './api.ts';
import type { NativeRuntime } from './runtime.ts';

/** An input or output of a native session. */
export interface NativePort extends Port {
  /** Null where a side is known only when the graph runs. */
  readonly shape: readonly number[] | null;
  /** The name in memory of ONNX Runtime's allocator, which has to free it. */
  readonly cName: Pointer;
}

/** ONNXTensorElementDataType of onnxruntime_c_api.h. */
export const TYPE_CODES: Readonly<Record<ElementType, number>> = { float32: 1, uint8: 2, int32: 6, bool: 9 };

/** @throws EngineError 'load-failed' for an element type that the product does not know */
export function nativePorts(
  { api, allocator }: NativeRuntime,
  session: Pointer,
  direction: 'Input' | 'Output',
): NativePort[] {
  const count = api.count(`SessionGet${direction}Count`, session);
  return Array.from({ length: count }, (_, index) => {
    const cName = api.make(`SessionGet${direction}Name`, session, index, allocator);
    const name = koffi.decode.string(cName);
    const info = api.make(`SessionGet${direction}TypeInfo`, session, index);
    try {
      // Owned by `info`, and NULL for what is no tensor.
      const tensor = api.make('CastTypeInfoToTensorInfo', info);
      if (tensor === 0n) return { ...portOf(name, 'no tensor'), shape: null, cName };
      const { type, shape } = typeAndShape(api, tensor);
      return { ...portOf(name, type), shape: shape.some((side) => side < 0) ? null : shape, cName };
    } finally {
      api.release('TypeInfo', info);
    }
  });
}

/** @param info an OrtTensorTypeAndShapeInfo; sides that are not known are −1 */
export function typeAndShape(api: OrtApi, info: Pointer): { type: string; shape: number[] } {
  const code = api.count('GetTensorElementType', info);
  const [type] = Object.entries(TYPE_CODES).find(([, known]) => known === code) ?? [`number ${code}`];
  const sides = new BigInt64Array(api.count('GetDimensionsCount', info));
  api.call('GetDimensions', info, sides, sides.length);
  return { type, shape: Array.from(sides, Number) };
}
