/** Tensors of onnxruntime-node. */
import type { HostTensor, HostTensors } from '../../models/device.ts';
import { EngineError } from './engine-error.ts';
import { type Port, givenTensor, isHostData, portOf } from './host-tensors.ts';
import { type InferenceSession, Tensor } from './onnxruntime.ts';

/** @throws EngineError 'load-failed' for an element type that the product does not know */
export function portsOf(metadata: readonly InferenceSession.ValueMetadata[]): Port[] {
  return metadata.map((value) => portOf(value.name, value.isTensor ? value.type : 'no tensor'));
}

/**
 * Views of the host's data; nothing is copied.
 * @throws EngineError 'run-failed' when one is missing or of another type
 */
export function deviceTensors(ports: readonly Port[], tensors: HostTensors): Record<string, Tensor> {
  return Object.fromEntries(
    ports.map((port) => {
      const { data, shape } = givenTensor(port, tensors);
      return [port.name, new Tensor(port.type, data, shape)];
    }),
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

export function hostTensors(tensors: Readonly<Record<string, Tensor>>): HostTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, hostTensor(name, tensor)]),
  );
}
