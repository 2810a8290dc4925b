import { elementCount } from '../../models/compile/graph.ts';
import type { HostTensor, HostTensors } from '../../models/device.ts';
import { EngineError } from './engine-error.ts';

const ARRAYS = { float32: Float32Array, int32: Int32Array, bool: Uint8Array, uint8: Uint8Array } as const;

export type ElementType = keyof typeof ARRAYS;

export interface Port {
  readonly name: string;
  readonly type: ElementType;
}

/**
 * An input or output of a session.
 * @throws EngineError 'load-failed' for an element type that the product does not know
 */
export function portOf(name: string, type: string): Port {
  if (type === 'float32' || type === 'int32' || type === 'bool' || type === 'uint8') return { name, type };
  throw new EngineError(
    'load-failed',
    `The model's "${name}" is of type ${type}; export it with float32, int32, uint8 or bool instead.`,
  );
}

/**
 * The tensor that a port is given.
 * @throws EngineError 'run-failed' when it is missing or of another type
 */
export function givenTensor(port: Port, tensors: HostTensors): HostTensor {
  const tensor = tensors[port.name];
  if (tensor === undefined) throw mismatch(port, 'is missing');
  if (!(tensor.data instanceof ARRAYS[port.type]))
    throw mismatch(port, `came as ${tensor.data.constructor.name}`);
  return tensor;
}

function mismatch({ name, type }: Port, what: string): EngineError {
  return new EngineError(
    'run-failed',
    `The model's input "${name}" (${type}) ${what}; give it and run again.`,
  );
}

/** Zeros. */
export function emptyTensor({ type }: Pick<Port, 'type'>, shape: readonly number[]): HostTensor {
  return { data: new ARRAYS[type](elementCount(shape)), shape };
}

export function isHostData(data: unknown): data is HostTensor['data'] {
  return (
    (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) &&
    data.buffer instanceof ArrayBuffer
  );
}

export function copyOf({ data, shape }: HostTensor): HostTensor {
  return { data: data.slice(), shape };
}

export function copiesOf(tensors: HostTensors): HostTensors {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, copyOf(tensor)]));
}
