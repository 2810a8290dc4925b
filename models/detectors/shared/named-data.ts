import type { ParameterData } from '../detector.ts';
import type { HostTensor } from '../../device.ts';

/** @throws {RangeError} where it is missing */
export function dataOf(data: ParameterData, name: string): Float32Array<ArrayBuffer> {
  const values = data[name];
  if (values === undefined) throw new RangeError(`parameter ${name} is missing`);
  return values;
}

/** @throws {TypeError} where it is missing or of another type */
export function floats(tensor: HostTensor | undefined, name: string): Float32Array<ArrayBuffer> {
  if (!(tensor?.data instanceof Float32Array)) throw new TypeError(`output ${name} is not a float32 tensor`);
  return tensor.data;
}
