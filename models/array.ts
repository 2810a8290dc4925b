/**
 * The only door to jax-js. It offers what the detectors need, and nothing else, so that the library stays replaceable.
 *
 * jax-js moves its arguments: an array passed to a function is gone unless `.ref` was written. These functions borrow
 * instead, so that formulas read as formulas. A borrowed array is reclaimed by the garbage collector, which is
 * right for tracing, the only thing the product does with them.
 */
import { lax, numpy as np, valueAndGrad as jaxValueAndGrad } from '@jax-js/jax';

export type Tensor = np.Array;
type Operand = Tensor | number;

function borrow(operand: Tensor): Tensor;
function borrow(operand: Operand): Operand;
function borrow(operand: Operand): Operand {
  return typeof operand === 'number' ? operand : operand.ref;
}

type Binary = (a: Operand, b: Operand) => Tensor;
type Unary = (a: Tensor) => Tensor;

export const add: Binary = (a, b) => np.add(borrow(a), borrow(b));
export const subtract: Binary = (a, b) => np.subtract(borrow(a), borrow(b));
export const multiply: Binary = (a, b) => np.multiply(borrow(a), borrow(b));
export const divide: Binary = (a, b) => np.divide(borrow(a), borrow(b));
export const maximum: Binary = (a, b) => np.maximum(borrow(a), borrow(b));
export const minimum: Binary = (a, b) => np.minimum(borrow(a), borrow(b));
export const less: Binary = (a, b) => np.less(borrow(a), borrow(b));

export const negative: Unary = (a) => np.negative(borrow(a));
export const exp: Unary = (a) => np.exp(borrow(a));
export const log: Unary = (a) => np.log(borrow(a));
export const sqrt: Unary = (a) => np.sqrt(borrow(a));
export const absolute: Unary = (a) => np.absolute(borrow(a));
export const square: Unary = (a) => multiply(a, a);
export const reciprocal: Unary = (a) => np.reciprocal(borrow(a));
/** As a choice, not a maximum: its derivative is then the same choice, which the compiler reads off the output. */
export const relu: Unary = (a) => where(less(0, a), a, 0);
export const stopGradient: Unary = (a) => lax.stopGradient(borrow(a));

/** `condition` is a boolean tensor. */
export const where = (condition: Tensor, yes: Operand, no: Operand): Tensor =>
  np.where(borrow(condition), borrow(yes), borrow(no));

/** Sums the axes away; all of them when none are named. */
export const sum = (a: Tensor, axes?: number[]): Tensor => np.sum(borrow(a), axes ?? null);
export const mean = (a: Tensor, axes?: number[]): Tensor => np.mean(borrow(a), axes ?? null);
export const largest = (a: Tensor, axes?: number[]): Tensor => np.max(borrow(a), axes ?? null);

export const reshape = (a: Tensor, shape: readonly number[]): Tensor => np.reshape(borrow(a), [...shape]);
export const transpose = (a: Tensor, perm: readonly number[]): Tensor => np.transpose(borrow(a), [...perm]);
export const broadcastTo = (a: Tensor, shape: readonly number[]): Tensor =>
  np.broadcastTo(borrow(a), [...shape]);
export const concat = (parts: readonly Tensor[], axis: number): Tensor =>
  np.concatenate(
    parts.map((part) => borrow(part)),
    axis,
  );

/** Cuts along `axis` into pieces of these sizes. */
export function split(a: Tensor, sizes: readonly number[], axis: number): Tensor[] {
  const cuts: number[] = [];
  sizes.slice(0, -1).reduce((position, size) => {
    cuts.push(position + size);
    return position + size;
  }, 0);
  return np.split(borrow(a), cuts, axis);
}

/** `[..., M, K] × [..., K, N] → [..., M, N]`. */
export const matmul = (a: Tensor, b: Tensor): Tensor => np.matmul(borrow(a), borrow(b));

/** How far a convolution's window reaches above and left of its pixel; the rest of it lies below and right. */
export interface Reach {
  readonly above: number;
  readonly left: number;
}

/**
 * Stride-1 convolution that keeps the size: `x [B, I, H, W]`, `kernel [O, I, h, w]` → `[B, O, H, W]`.
 * @param reach where a pixel lies in its window: its middle unless said, for which the kernel's sides must be odd
 */
export function convolve(x: Tensor, kernel: Tensor, reach?: Reach): Tensor {
  const [, , height = 1, width = 1] = kernel.shape;
  const { above, left } = reach ?? { above: (height - 1) / 2, left: (width - 1) / 2 };
  const padding: [number, number][] = [
    [above, height - 1 - above],
    [left, width - 1 - left],
  ];
  return lax.convGeneralDilated(borrow(x), borrow(kernel), [1, 1], padding);
}

export const zeros = (shape: readonly number[]): Tensor => np.zeros([...shape]);

/** A float32 constant, row-major. */
export const constant = (data: Float32Array<ArrayBuffer>, shape: readonly number[]): Tensor =>
  np.array(data).reshape([...shape]);

/** The value of a scalar function and its gradient with respect to a list of tensors; other inputs are closed over. */
export function valueAndGradient<Extra extends Tensor[]>(
  f: (parameters: Tensor[]) => readonly [Tensor, Extra],
  parameters: Tensor[],
): { value: Tensor; extra: Extra; gradients: Tensor[] } {
  const borrowed = parameters.map((parameter) => borrow(parameter));
  const [[value, extra], gradients] = jaxValueAndGrad(
    (inputs: Tensor[]): [Tensor, Extra] => {
      const [loss, rest] = f(inputs);
      return [loss, rest];
    },
    { hasAux: true },
  )(borrowed);
  return { value, extra, gradients };
}
