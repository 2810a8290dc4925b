/** The geometry of a jaxpr `conv`, one entry per spatial axis. */
export interface ConvolutionGeometry {
  readonly strides: readonly number[];
  readonly padding: readonly (readonly [number, number])[];
  /** Zeros between input pixels: the gradient of a strided convolution. */
  readonly inputDilation: readonly number[];
  readonly kernelDilation: readonly number[];
}
