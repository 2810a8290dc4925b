import type { Tensor } from '../array.ts';

/**
 * An invertible map of feature maps. `logDet` is log |det ∂y/∂x| of the forward direction, in nats, given per
 * pixel of y: its shape broadcasts to `[B, H, W]`, and its sum over pixels is the log-det of each sample.
 */
export interface Transform {
  forward(x: Tensor): { readonly y: Tensor; readonly logDet: Tensor };
  inverse(y: Tensor): Tensor;
}
