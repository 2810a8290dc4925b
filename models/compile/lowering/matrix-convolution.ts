/**
 * Same-size convolutions as one matrix product over the whole batch.
 *
 * A pixel is a row: `[B, C, H, W]` is seen as `[B·H·W, C]`. A k×k convolution is then either
 *  - gather: bring each pixel's k² neighbours beside it, `[rows, k²·I]`, and multiply by the kernel (few inputs), or
 *  - scatter: multiply first, `[rows, k²·O]`, and add each product to the neighbour it belongs to (few outputs).
 * Whichever side has fewer channels is moved about, because moving costs and multiplying does not. The gradient
 * with respect to the input is such a convolution too (with a flipped kernel); the gradient with respect to the kernel
 * is `gatheredᵀ · rows`, and it shares the gathered rows with the forward pass.
 */
import type { GraphBuilder } from '../builder.ts';
import { type Shape, type Value, elementCount } from '../graph.ts';
import { concat, gather, integersOf, matmul, reduce, reshape, sideOf, transpose } from '../ops.ts';
import type { ConvolutionGeometry } from './convolution-geometry.ts';

/** Below this many pixels an image, Col2Im's per-image products are too small to be fast. */
const COL2IM_MIN_PIXELS = 64;

interface Window {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  /** Rows above and columns left of a pixel that its window reaches; the rest of the window lies below and right. */
  readonly above: number;
  readonly left: number;
}

/** Null where the convolution is not a plain same-size one, nor the kernel gradient of one. */
export function matrixConvolution(
  builder: GraphBuilder,
  input: Value,
  kernel: Value,
  output: Shape,
  geometry: ConvolutionGeometry,
): Value | null {
  if (input.shape.length !== 4 || input.type !== 'float32') return null;
  const plain = [geometry.strides, geometry.inputDilation, geometry.kernelDilation];
  if (plain.some((factors) => factors.some((factor) => factor !== 1))) return null;
  const space = [sideOf(input.shape, 2), sideOf(input.shape, 3)] as const;
  const window = [sideOf(kernel.shape, 2), sideOf(kernel.shape, 3)] as const;
  const result = [sideOf(output, 2), sideOf(output, 3)] as const;
  if (result[0] === space[0] && result[1] === space[1] && keepsSize(geometry, window)) {
    return sameSize(builder, input, kernel, windowOf(sideOf(input.shape, 0), space, window, geometry));
  }
  if (window[0] === space[0] && window[1] === space[1] && keepsSize(geometry, result)) {
    return kernelGradient(builder, input, kernel, windowOf(sideOf(input.shape, 1), space, result, geometry));
  }
  return null;
}

type Sides = readonly [height: number, width: number];

/** Each pixel has a window that holds the pixel itself, which need not be its middle. */
function keepsSize({ padding }: ConvolutionGeometry, window: Sides): boolean {
  return padding.every(
    ([before, after], axis) => before >= 0 && after >= 0 && before + after === (window[axis] ?? 1) - 1,
  );
}

function windowOf(batch: number, space: Sides, kernel: Sides, { padding }: ConvolutionGeometry): Window {
  const [[above] = [0], [left] = [0]] = padding;
  const [[height, width], [kernelHeight, kernelWidth]] = [space, kernel];
  return { batch, height, width, kernelHeight, kernelWidth, above, left };
}

/** The window of the opposite convolution: what reached above reaches below. */
function mirrored(window: Window): Window {
  const { kernelHeight, kernelWidth, above, left } = window;
  return { ...window, above: kernelHeight - 1 - above, left: kernelWidth - 1 - left };
}

/** `input [B, I, H, W]`, `kernel [O, I, k, k]` → `[B, O, H, W]`. */
function sameSize(builder: GraphBuilder, input: Value, kernel: Value, window: Window): Value {
  const { batch, height, width, kernelHeight, kernelWidth } = window;
  const [filters, channels] = [sideOf(kernel.shape, 0), sideOf(kernel.shape, 1)];
  const taps = kernelHeight * kernelWidth;
  const rows = rowsOf(builder, input);
  const { source, flipped } = unflipped(kernel);
  if (channels <= filters) {
    const weights = reshape(builder, transpose(builder, source, [2, 3, 1, 0]), [taps * channels, filters]);
    return imagesOf(builder, matmul(builder, neighbours(builder, rows, window, flipped), weights), window);
  }
  if (height * width >= COL2IM_MIN_PIXELS && kernelHeight === kernelWidth) {
    return multiplyThenCol2Im(builder, rows, source, window, flipped);
  }
  const weights = reshape(builder, transpose(builder, source, [1, 2, 3, 0]), [channels, taps * filters]);
  const products = reshape(builder, matmul(builder, rows, weights), [batch * height * width * taps, filters]);
  const padded = concat(builder, [products, builder.filled(0, [1, filters])], 0);
  const gathered = gather(builder, padded, neighbourIndices(builder, window, flipped, true), 0);
  return imagesOf(builder, reduce(builder, 'ReduceSum', gathered, [1]), window);
}

/** Col2Im adds product t of pixel p to pixel p + offset(t); a convolution reads it from p + offset(t): hence the flip. */
function multiplyThenCol2Im(
  builder: GraphBuilder,
  rows: Value,
  kernel: Value,
  window: Window,
  flipped: boolean,
): Value {
  const { batch, height, width, kernelHeight, kernelWidth } = window;
  const [filters, channels] = [sideOf(kernel.shape, 0), sideOf(kernel.shape, 1)];
  const taps = kernelHeight * kernelWidth;
  const tapFirst = reshape(builder, transpose(builder, kernel, [0, 2, 3, 1]), [filters, taps, channels]);
  const backwards = builder.integers(Array.from({ length: taps }, (_, tap) => taps - 1 - tap));
  const ordered = flipped ? tapFirst : gather(builder, tapFirst, backwards, 1);
  const products = builder.node(
    'FusedMatMul',
    [
      reshape(builder, ordered, [filters * taps, channels]),
      reshape(builder, rows, [batch, height * width, channels]),
    ],
    [batch, filters * taps, height * width],
    rows.type,
    { transB: 1 },
    'com.microsoft',
  );
  const { above, left } = window;
  const [below, right] = [kernelHeight - 1 - above, kernelWidth - 1 - left];
  const images = builder.node(
    'Col2Im',
    [products, builder.integers([height, width]), builder.integers([kernelHeight, kernelWidth])],
    [batch, filters, height, width],
    rows.type,
    { pads: [below, right, above, left] },
  );
  return imagesOf(builder, rowsOf(builder, images), window);
}

/** `input [A, B, H, W]`, `kernel [D, B, H, W]` → `[A, D, k, k]`: entry t is Σ over pixels of input(p + t) · kernel(p). */
function kernelGradient(builder: GraphBuilder, input: Value, kernel: Value, window: Window): Value {
  const { batch, height, width, kernelHeight, kernelWidth } = window;
  const [inputs, kernels] = [sideOf(input.shape, 0), sideOf(kernel.shape, 0)];
  const asRows = (value: Value, channels: number) =>
    reshape(builder, transpose(builder, value, [1, 2, 3, 0]), [batch * height * width, channels]);
  const [a, d] = [asRows(input, inputs), asRows(kernel, kernels)];
  const product = (gathered: Value, other: Value) =>
    matmul(builder, transpose(builder, gathered, [1, 0]), other);
  if (inputs <= kernels) {
    const sums = product(neighbours(builder, a, window, false), d);
    return transpose(
      builder,
      reshape(builder, sums, [kernelHeight, kernelWidth, inputs, kernels]),
      [2, 3, 0, 1],
    );
  }
  const sums = product(neighbours(builder, d, mirrored(window), true), a);
  return transpose(
    builder,
    reshape(builder, sums, [kernelHeight, kernelWidth, kernels, inputs]),
    [3, 2, 0, 1],
  );
}

/** `[rows, C]` → `[rows, k²·C]`, tap-major; with `backwards`, tap t brings the neighbour on the opposite side. */
function neighbours(builder: GraphBuilder, rows: Value, window: Window, backwards: boolean): Value {
  const taps = window.kernelHeight * window.kernelWidth;
  if (taps === 1) return rows;
  const [count, channels] = [sideOf(rows.shape, 0), sideOf(rows.shape, 1)];
  const padded = concat(builder, [rows, builder.filled(0, [1, channels])], 0);
  const gathered = gather(builder, padded, neighbourIndices(builder, window, backwards, false), 0);
  return reshape(builder, gathered, [count, taps * channels]);
}

/**
 * For each pixel and tap, the row of the neighbour, or the zero row past the end where it lies outside the image.
 * With `perTap`, rows are (pixel, tap) pairs and tap t of the neighbour is meant.
 */
function neighbourIndices(builder: GraphBuilder, window: Window, backwards: boolean, perTap: boolean): Value {
  const { batch, height, width, kernelHeight, kernelWidth, above, left } = window;
  const taps = kernelHeight * kernelWidth;
  const rows = batch * height * width;
  const sides = [batch, height, width, kernelHeight, kernelWidth, above, left];
  const key = `neighbours ${sides.join('×')} ${backwards} ${perTap}`;
  return builder.sharedConstant(key, () => {
    const data = new Int32Array(rows * taps);
    let next = 0;
    for (let image = 0; image < batch; image++) {
      for (let y = 0; y < height; y++) {
        for (let x = 0; x < width; x++) {
          for (let tap = 0; tap < taps; tap++) {
            const reach = backwards ? taps - 1 - tap : tap;
            const row = y + Math.floor(reach / kernelWidth) - above;
            const column = x + (reach % kernelWidth) - left;
            const inside = row >= 0 && row < height && column >= 0 && column < width;
            const pixel = (image * height + row) * width + column;
            const outside = perTap ? rows * taps : rows;
            data[next++] = inside ? (perTap ? pixel * taps + tap : pixel) : outside;
          }
        }
      }
    }
    return { data, shape: [rows, taps], type: 'int32' };
  });
}

/** `[B, C, H, W]` → `[B·H·W, C]` */
function rowsOf(builder: GraphBuilder, images: Value): Value {
  const channels = sideOf(images.shape, 1);
  return reshape(builder, transpose(builder, images, [0, 2, 3, 1]), [
    elementCount(images.shape) / channels,
    channels,
  ]);
}

/** `[B·H·W, C]` → `[B, C, H, W]` */
function imagesOf(builder: GraphBuilder, rows: Value, { batch, height, width }: Window): Value {
  const channels = elementCount(rows.shape) / (batch * height * width);
  return transpose(builder, reshape(builder, rows, [batch, height, width, channels]), [0, 3, 1, 2]);
}

/** The gradient with respect to an input convolves with a flipped kernel: the flip costs nothing when taps run backwards. */
function unflipped(kernel: Value): { source: Value; flipped: boolean } {
  const { producer } = kernel;
  const source = producer?.op === 'Slice' ? producer.inputs[0] : undefined;
  const axes = integersOf(producer?.inputs[3]);
  const steps = integersOf(producer?.inputs[4]);
  const flips = axes?.join() === '2,3' && steps?.join() === '-1,-1';
  return source !== undefined && flips ? { source, flipped: true } : { source: kernel, flipped: false };
}
