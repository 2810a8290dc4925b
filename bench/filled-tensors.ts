import { randomFillSync } from 'node:crypto';
import { elementCount } from '../models/compile/graph.ts';
import type { HostTensors } from '../models/device.ts';
import type { FilledTensor } from './speed-messages.ts';

export function filled(tensors: readonly FilledTensor[]): HostTensors {
  return Object.fromEntries(
    tensors.map((tensor) => [tensor.name, { data: valuesOf(tensor), shape: tensor.shape }]),
  );
}

export function valuesOf({ shape, fill }: Omit<FilledTensor, 'name'>): Float32Array<ArrayBuffer> {
  const values = new Float32Array(elementCount(shape));
  switch (fill) {
    // Memory that is zero already is taken only when it is written.
    case 0:
      return values;
    case 'identity': {
      const side = shape.at(-1) ?? 1;
      return values.map((_, index) => (Math.floor((index % side ** 2) / side) === index % side ? 1 : 0));
    }
    case 'weights':
      return spread(values, 0.05);
    case 'pixels':
      return spread(values, 1);
    default:
      return values.fill(fill);
  }
}

/** Random, uniform in ± half the range. */
function spread(values: Float32Array<ArrayBuffer>, range: number): Float32Array<ArrayBuffer> {
  const bits = randomFillSync(new Int16Array(values.length));
  bits.forEach((value, index) => (values[index] = (value / 65536) * range));
  return values;
}
