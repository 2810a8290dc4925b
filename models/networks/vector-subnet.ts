import * as a from '../array.ts';
import type { Tensor } from '../array.ts';

/** `y = x · weight + bias`: `weight [I, O]`, `bias [O]`. */
export interface DenseLayer {
  readonly weight: Tensor;
  readonly bias: Tensor;
}

/** Fully connected, two hidden layers with ReLU. */
export interface VectorSubnetParameters {
  readonly first: DenseLayer;
  readonly middle: DenseLayer;
  readonly last: DenseLayer;
}

/** `[B, I] → [B, O]` */
export function vectorSubnet({ first, middle, last }: VectorSubnetParameters): (x: Tensor) => Tensor {
  const layer = (x: Tensor, { weight, bias }: DenseLayer) => a.add(a.matmul(x, weight), bias);
  return (x) => layer(a.relu(layer(a.relu(layer(x, first)), middle)), last);
}
