import { elementCount, type Value } from '../graph.ts';
import type { GraphBuilder } from '../builder.ts';
import { pad, reshape, sideOf, slice, transpose } from '../ops.ts';
import { integer, integers, pairs } from '../parameters.ts';
import { type Equation, inputAt, outputShape } from './context.ts';
import type { ConvolutionGeometry } from './convolution-geometry.ts';
import { matrixConvolution } from './matrix-convolution.ts';

/** jax-js's `conv`: input `[...groups, B, I, ...space]`, kernel `[...groups, O, I, ...window]`. */
export function convolution(equation: Equation): Value {
  const { builder, parameters } = equation;
  const geometry: ConvolutionGeometry = {
    strides: integers(parameters, 'strides'),
    padding: pairs(parameters, 'padding'),
    inputDilation: integers(parameters, 'lhsDilation'),
    kernelDilation: integers(parameters, 'rhsDilation'),
  };
  const groupAxes = integer(parameters, 'vmapDims');
  const input = inputAt(equation, 0);
  const kernel = inputAt(equation, 1);
  if (groupAxes > 0) return grouped(equation, input, kernel, groupAxes, geometry);
  if (equation.options.convolutions === 'matrix') {
    const product = matrixConvolution(builder, input, kernel, outputShape(equation), geometry);
    if (product !== null) return product;
  }
  return direct(builder, input, kernel, outputShape(equation), geometry, 1);
}

/** Groups become ONNX's channel groups: `[G, B, I, …] → [B, G·I, …]`. */
function grouped(
  equation: Equation,
  input: Value,
  kernel: Value,
  groupAxes: number,
  geometry: ConvolutionGeometry,
): Value {
  const { builder } = equation;
  const output = outputShape(equation);
  const groups = elementCount(output.slice(0, groupAxes));
  const [batch = 1, channels = 1, ...space] = input.shape.slice(groupAxes);
  const [filters = 1, ...window] = kernel.shape.slice(groupAxes);
  if (
    elementCount(input.shape.slice(0, groupAxes)) !== groups ||
    elementCount(kernel.shape.slice(0, groupAxes)) !== groups
  ) {
    throw new RangeError('a grouped convolution needs the same groups on input and kernel');
  }
  const swap = (rank: number) => [1, 0, ...Array.from({ length: rank - 2 }, (_, axis) => axis + 2)];
  const rank = space.length + 3;
  const merged = reshape(
    builder,
    transpose(builder, reshape(builder, input, [groups, batch, channels, ...space]), swap(rank)),
    [batch, groups * channels, ...space],
  );
  const kernels = reshape(builder, kernel, [groups * filters, ...window]);
  const outputSpace = output.slice(groupAxes + 2);
  const result = direct(
    builder,
    merged,
    kernels,
    [batch, groups * filters, ...outputSpace],
    geometry,
    groups,
  );
  const apart = transpose(
    builder,
    reshape(builder, result, [batch, groups, filters, ...outputSpace]),
    swap(rank),
  );
  return reshape(builder, apart, output);
}

function direct(
  builder: GraphBuilder,
  input: Value,
  kernel: Value,
  output: readonly number[],
  geometry: ConvolutionGeometry,
  group: number,
): Value {
  const spread = dilate(builder, input, geometry.inputDilation);
  // ONNX pads are not negative: what is to be cut away is cut first.
  const cropped = slice(
    builder,
    spread,
    geometry.padding.map(([before, after], position) => ({
      axis: position + 2,
      start: Math.max(0, -before),
      end: sideOf(spread.shape, position + 2) - Math.max(0, -after),
    })),
  );
  return builder.node('Conv', [cropped, kernel], output, input.type, {
    kernel_shape: kernel.shape.slice(2),
    strides: geometry.strides,
    dilations: geometry.kernelDilation,
    group,
    pads: [
      ...geometry.padding.map(([before]) => Math.max(0, before)),
      ...geometry.padding.map(([, after]) => Math.max(0, after)),
    ],
  });
}

/** Puts d − 1 zeros between neighbours: view each pixel as a cell of its own, pad the cells, cut the tail. */
function dilate(builder: GraphBuilder, input: Value, dilation: readonly number[]): Value {
  if (dilation.every((factor) => factor === 1)) return input;
  const [batch = 1, channels = 1, ...space] = input.shape;
  const cells = reshape(builder, input, [batch, channels, ...space.flatMap((side) => [side, 1])]);
  const padded = pad(builder, cells, [
    [0, 0],
    [0, 0],
    ...dilation.flatMap((factor): [number, number][] => [
      [0, 0],
      [0, factor - 1],
    ]),
  ]);
  const sides = space.map((side, position) => side * (dilation[position] ?? 1));
  return slice(
    builder,
    reshape(builder, padded, [batch, channels, ...sides]),
    sides.map((side, position) => ({
      axis: position + 2,
      start: 0,
      end: side - (dilation[position] ?? 1) + 1,
    })),
  );
}
