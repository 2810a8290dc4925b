import type { OnnxModel, Side } from './write-onnx.ts';

/** Four mixtures of three channels. */
export const WEIGHTS = [1, 0, 0, 0, -2, 0.5, 0.3, 0.3, 0.3, -1, 1, 2];

/**
 * `map [N, 4, h, w]`, no output, is relu(WEIGHTS · x) of each 2×2 block's mean x; `features [N, 4, 1, 1]` is its mean over places.
 */
export function mixingEncoder(sides: readonly Side[], changes: Partial<OnnxModel> = {}): OnnxModel {
  const [batch = 'N'] = sides;
  return {
    inputs: [{ name: 'pixels', sides }],
    outputs: [{ name: 'features', sides: [batch, 4, 1, 1] }],
    nodes: [
      {
        op: 'AveragePool',
        inputs: ['pixels'],
        outputs: ['small'],
        integers: { kernel_shape: [2, 2], strides: [2, 2] },
      },
      { op: 'Conv', inputs: ['small', 'weights'], outputs: ['mixed'] },
      { op: 'Relu', inputs: ['mixed'], outputs: ['map'] },
      { op: 'GlobalAveragePool', inputs: ['map'], outputs: ['features'] },
    ],
    weights: [{ name: 'weights', sides: [4, 3, 1, 1], values: WEIGHTS }],
    ...changes,
  };
}

/** The same in float64 for input `[C, H, W]`: the map `[h, w, 4]` and its mean. */
export function mixed(
  input: (channel: number, y: number, x: number) => number,
  height: number,
  width: number,
): { map: number[]; features: number[] } {
  const map: number[] = [];
  for (let y = 0; y < height / 2; y++) {
    for (let x = 0; x < width / 2; x++) {
      const means = [0, 1, 2].map((channel) =>
        [0, 1, 2, 3].reduce(
          (sum, at) => sum + input(channel, 2 * y + Math.floor(at / 2), 2 * x + (at % 2)) / 4,
          0,
        ),
      );
      for (let output = 0; output < 4; output++) {
        const value = means.reduce(
          (sum, mean, channel) => sum + (WEIGHTS[output * 3 + channel] ?? 0) * mean,
          0,
        );
        map.push(Math.max(0, value));
      }
    }
  }
  const places = map.length / 4;
  const features = [0, 1, 2, 3].map((output) =>
    map.reduce((sum, value, at) => (at % 4 === output ? sum + value / places : sum), 0),
  );
  return { map, features };
}
