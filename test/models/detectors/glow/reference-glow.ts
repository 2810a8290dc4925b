/**
 * Glow once more, in plain loops over float64: written from the paper and the parameters' documented shapes, so that it
 * shares nothing with the detector but its formula.
 */
import type { GlowSettings } from '../../../../models/detectors/glow/parameters.ts';

export type Parameters = Readonly<Record<string, Float64Array<ArrayBuffer>>>;

/** One image's feature map, `[C, H, W]` row-major. */
export interface FeatureMap {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly values: Float64Array<ArrayBuffer>;
}

function featureMap(
  channels: number,
  height: number,
  width: number,
  value: (channel: number, y: number, x: number) => number,
): FeatureMap {
  const values = new Float64Array(channels * height * width);
  for (let c = 0; c < channels; c++)
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) values[(c * height + y) * width + x] = value(c, y, x);
  return { channels, height, width, values };
}

/** Zero outside the image. */
function at({ channels, height, width, values }: FeatureMap, c: number, y: number, x: number): number {
  if (c < 0 || c >= channels) throw new RangeError(`channel ${c} of ${channels}`);
  if (y < 0 || y >= height || x < 0 || x >= width) return 0;
  return values[(c * height + y) * width + x] ?? Number.NaN;
}

const mapped = (h: FeatureMap, f: (value: number, channel: number) => number) =>
  featureMap(h.channels, h.height, h.width, (c, y, x) => f(at(h, c, y, x), c));

function squeeze(h: FeatureMap): FeatureMap {
  return featureMap(h.channels * 4, h.height / 2, h.width / 2, (c, y, x) =>
    at(h, Math.floor(c / 4), 2 * y + (Math.floor(c / 2) % 2), 2 * x + (c % 2)),
  );
}

function channelsOf(h: FeatureMap, from: number, to: number): FeatureMap {
  return featureMap(to - from, h.height, h.width, (c, y, x) => at(h, from + c, y, x));
}

/** `weight(dy, dx, input, output)` with dy, dx in 0 … 2. */
function convolve(
  h: FeatureMap,
  outputs: number,
  weight: (dy: number, dx: number, input: number, output: number) => number,
): FeatureMap {
  return featureMap(outputs, h.height, h.width, (o, y, x) => {
    let sum = 0;
    for (let dy = 0; dy < 3; dy++)
      for (let dx = 0; dx < 3; dx++)
        for (let i = 0; i < h.channels; i++) sum += weight(dy, dx, i, o) * at(h, i, y + dy - 1, x + dx - 1);
    return sum;
  });
}

/** W = P·L·(U + diag(s)) of one step. */
function weightOf(get: (name: string) => (index: number) => number, step: number, side: number): number[][] {
  const square = (name: string) => (row: number, column: number) =>
    get(name)((step * side + row) * side + column);
  const [p, lower, upper] = [square('lu.permutation'), square('lu.lower'), square('lu.upper')];
  const s = (k: number) => get('lu.sign')(step * side + k) * Math.exp(get('lu.logDiagonal')(step * side + k));
  const l = (row: number, column: number) => (row === column ? 1 : row > column ? lower(row, column) : 0);
  const u = (row: number, column: number) =>
    row === column ? s(row) : row < column ? upper(row, column) : 0;
  const range = Array.from({ length: side }, (_, k) => k);
  const times = (x: (r: number, c: number) => number, y: (r: number, c: number) => number) =>
    range.map((row) => range.map((column) => range.reduce((sum, k) => sum + x(row, k) * y(k, column), 0)));
  const lu = times(l, u);
  return times(p, (row, column) => lu[row]?.[column] ?? Number.NaN);
}

/** Per-scale contribution maps of one image, and its latents, in nats. */
export function referenceGlow(
  settings: GlowSettings,
  parameters: Parameters,
  image: FeatureMap,
): { maps: Float64Array<ArrayBuffer>[]; latents: FeatureMap[] } {
  const maps: Float64Array<ArrayBuffer>[] = [];
  const latents: FeatureMap[] = [];
  let goesOn = image;
  for (let scale = 0; scale < settings.scales; scale++) {
    const get = (name: string) => {
      const values = parameters[`scale${scale}.${name}`];
      if (values === undefined) throw new RangeError(`no scale${scale}.${name}`);
      return (index: number) => values[index] ?? Number.NaN;
    };
    let y = squeeze(goesOn);
    const { channels, height, width } = y;
    const half = channels / 2;
    const map = new Float64Array(height * width);
    const everywhere = (value: number) => map.forEach((old, pixel) => (map[pixel] = old + value));
    for (let step = 0; step < settings.stepsPerScale; step++) {
      const [bias, logs] = [get('actnorm.bias'), get('actnorm.logs')];
      const row = step * channels;
      const normed = mapped(y, (value, c) => value * Math.exp(logs(row + c)) + bias(row + c));
      const weight = weightOf(get, step, channels);
      const mixed = featureMap(channels, height, width, (c, r, x) => {
        let sum = 0;
        for (let i = 0; i < channels; i++) sum += (weight[c]?.[i] ?? Number.NaN) * at(normed, i, r, x);
        return sum;
      });
      for (let c = 0; c < channels; c++) everywhere(logs(row + c) + get('lu.logDiagonal')(row + c));
      const kept = channelsOf(mixed, 0, half);
      const network = subnet(get, settings.hiddenChannels, channels, step, kept);
      const gate = (c: number, r: number, x: number) =>
        1 / (1 + Math.exp(-(at(network, half + c, r, x) + 2)));
      for (let c = 0; c < half; c++)
        map.forEach((old, pixel) => {
          map[pixel] = old + Math.log(gate(c, Math.floor(pixel / width), pixel % width));
        });
      y = featureMap(channels, height, width, (c, r, x) =>
        c < half
          ? at(mixed, c, r, x)
          : (at(mixed, c, r, x) + at(network, c - half, r, x)) * gate(c - half, r, x),
      );
    }
    const last = scale === settings.scales - 1;
    const leaves = last ? y : channelsOf(y, half, channels);
    goesOn = last ? y : channelsOf(y, 0, half);
    const [bias, logs] = [get('prior.bias'), get('prior.logs')];
    const z = mapped(leaves, (value, c) => value * Math.exp(logs(c)) + bias(c));
    for (let c = 0; c < z.channels; c++) {
      everywhere(logs(c) - Math.log(2 * Math.PI) / 2);
      map.forEach((old, pixel) => {
        map[pixel] = old - at(z, c, Math.floor(pixel / width), pixel % width) ** 2 / 2;
      });
    }
    maps.push(map);
    latents.push(z);
  }
  return { maps, latents };
}

function subnet(
  get: (name: string) => (index: number) => number,
  hidden: number,
  channels: number,
  step: number,
  kept: FeatureMap,
): FeatureMap {
  const layer = (name: string) => get(`step${step}.${name}`);
  const normed = (h: FeatureMap, name: string) =>
    mapped(h, (value, c) =>
      Math.max(0, value * Math.exp(layer(`${name}.logs`)(c)) + layer(`${name}.bias`)(c)),
    );
  const half = channels / 2;
  const [first, middle, last] = [layer('first'), layer('middle'), layer('last')];
  const one = normed(
    convolve(kept, hidden, (dy, dx, i, o) => first(((dy * 3 + dx) * half + i) * hidden + o)),
    'firstNorm',
  );
  const two = normed(
    featureMap(hidden, one.height, one.width, (o, y, x) => {
      let sum = 0;
      for (let i = 0; i < hidden; i++) sum += middle(i * hidden + o) * at(one, i, y, x);
      return sum;
    }),
    'middleNorm',
  );
  const three = convolve(two, channels, (dy, dx, i, o) => last(((dy * 3 + dx) * channels + o) * hidden + i));
  const row = step * channels;
  return mapped(
    three,
    (value, c) => value * Math.exp(3 * get('gain.logs')(row + c)) + get('gain.bias')(row + c),
  );
}
