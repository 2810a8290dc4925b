/**
 * The scores of an image and the maps that they are sums of: likelihood = −log p_in(x), ratio = log p_g(x) − log p_in(x)
 * with a general model, and both for each scale on its own (scale 1 is the finest). Nats; higher is more anomalous.
 */
import type { PixelMap, Scores } from '../method.ts';
import type { Likelihood, ScaleMap } from './likelihood-scorer.ts';

/** What the models of a detector say of one image. */
export interface ScoredImage {
  readonly own: Likelihood;
  readonly general: Likelihood | null;
}

/** The names of all scores of a detector, the one to look at first at the front. */
export function scoreNames(scales: number, hasGeneral: boolean): string[] {
  const kinds = hasGeneral ? ['ratio', 'likelihood'] : ['likelihood'];
  return kinds.flatMap((kind) => [
    kind,
    ...Array.from({ length: scales }, (_, scale) => scaleName(scale, kind)),
  ]);
}

/** The score itself and, for a score of all scales, those of each scale: what is drawn side by side. */
export function scoreFamily(score: string, names: readonly string[]): string[] {
  return names.filter((name) => name === score || (name.startsWith('scale') && name.endsWith(`-${score}`)));
}

export function scoresOf(image: ScoredImage): Scores {
  const scores: Record<string, number> = {};
  for (const [kind, contributions] of kinds(image, ({ contributions }) => contributions)) {
    const parts = contributions.own.map((own, scale) => (contributions.general?.[scale] ?? 0) - own);
    scores[kind] = sum(parts);
    parts.forEach((part, scale) => (scores[scaleName(scale, kind)] = part));
  }
  return scores;
}

/** The maps by the names of their scores, in nats per pixel of the image. */
export function mapsOf(image: ScoredImage): Readonly<Record<string, PixelMap>> {
  const maps: Record<string, PixelMap> = {};
  for (const [kind, { own, general }] of kinds(image, ({ maps: all }) => all)) {
    const perScale = own.map((map, scale) => pixelMap(map, general?.[scale] ?? null, scale));
    perScale.forEach((map, scale) => (maps[scaleName(scale, kind)] = map));
    maps[kind] = summed(perScale);
  }
  return maps;
}

function scaleName(scale: number, kind: string): string {
  return `scale${scale + 1}-${kind}`;
}

function kinds<T>(
  { own, general }: ScoredImage,
  part: (likelihood: Likelihood) => T,
): [string, { own: T; general: T | null }][] {
  const alone: [string, { own: T; general: T | null }] = ['likelihood', { own: part(own), general: null }];
  return general === null ? [alone] : [['ratio', { own: part(own), general: part(general) }], alone];
}

function pixelMap(own: ScaleMap, general: ScaleMap | null, scale: number): PixelMap {
  // Each scale opens with a squeeze that halves both sides.
  const cell = 2 ** (scale + 1);
  const values = own.values.map((value, index) => ((general?.values[index] ?? 0) - value) / cell ** 2);
  return { height: own.height, width: own.width, values, cell };
}

/** All scales at the finest one's size. */
function summed(maps: readonly PixelMap[]): PixelMap {
  const [finest] = maps;
  if (finest === undefined) throw new RangeError('a detector has at least one scale');
  const { height, width, cell } = finest;
  const values = new Float32Array(height * width);
  for (const map of maps) {
    const ratio = map.cell / cell;
    for (let y = 0; y < height; y++) {
      const row = Math.floor(y / ratio) * map.width;
      for (let x = 0; x < width; x++) {
        const index = y * width + x;
        values[index] = (values[index] ?? 0) + (map.values[row + Math.floor(x / ratio)] ?? 0);
      }
    }
  }
  return { height, width, values, cell };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
