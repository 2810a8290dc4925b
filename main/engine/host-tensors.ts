import type { HostTensor, HostTensors } from '../../models/device.ts';
import { EngineError } from './engine-error.ts';
import { type InferenceSession, Tensor } from './onnxruntime.ts';

type ElementType = 'float32' | 'int32' | 'bool' | 'uint8';

export interface Port {
  readonly name: string;
  readonly type: ElementType;
}

/**
 * The inputs or outputs of a session.
 * @throws EngineError 'load-failed' for an element type that the product does not know
 */
export function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) => {
    const type = value.isTensor ? value.type : 'no tensor';
    if (type === 'float32' || type === 'int32' || type === 'bool' || type === 'uint8') {
      return { name: value.name, type };
    }
    throw new EngineError(
      'load-failed',
      `The model's "${value.name}" is of type ${type}; export it with float32, int32, uint8 or bool instead.`,
    );
  });
}

/**
 * Views of the host's data as ONNX Runtime's tensors; nothing is copied.
 * @throws EngineError 'run-failed' when one is missing or of another type
 */
export function deviceTensors(ports: readonly Port[], tensors: HostTensors): Record<string, Tensor> {
  return Object.fromEntries(
    ports.map((port) => {
      const tensor = tensors[port.name];
      if (tensor === undefined) throw mismatch(port, 'is missing');
      return [port.name, deviceTensor(port, tensor)];
    }),
  );
}

function deviceTensor(port: Port, { data, shape }: HostTensor): Tensor {
  switch (port.type) {
    case 'float32':
      if (data instanceof Float32Array) return new Tensor('float32', data, shape);
      break;
    case 'int32':
      if (data instanceof Int32Array) return new Tensor('int32', data, shape);
      break;
    case 'bool':
      if (data instanceof Uint8Array) return new Tensor('bool', data, shape);
      break;
    case 'uint8':
      if (data instanceof Uint8Array) return new Tensor('uint8', data, shape);
      break;
  }
  throw mismatch(port, `came as ${data.constructor.name}`);
}

function mismatch({ name, type }: Port, what: string): EngineError {
  return new EngineError(
    'run-failed',
    `The model's input "${name}" (${type}) ${what}; give it and run again.`,
  );
}

/** A tensor that ONNX Runtime made on the host; nothing is copied. */
export function hostTensor(name: string, tensor: Tensor): HostTensor {
  const { data } = tensor;
  if (isHostData(data)) return { data, shape: tensor.dims };
  throw new EngineError(
    'run-failed',
    `The model's output "${name}" is of type ${tensor.type}, which is not read.`,
  );
}

function isHostData(data: unknown): data is HostTensor['data'] {
  return (
    (data instanceof Float32Array || data instanceof Int32Array || data instanceof Uint8Array) &&
    data.buffer instanceof ArrayBuffer
  );
}

export function copyOf({ data, shape }: HostTensor): HostTensor {
  return { data: data.slice(), shape };
}
