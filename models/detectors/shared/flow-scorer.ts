import type { Environment } from '../../device.ts';
import type { ImageShape } from '../../images.ts';
import type { FittedDetector, ImageScorer, ImageScores } from '../method.ts';
import { encodeBlock, requiredEncoder } from './encoded-images.ts';
import { FlowDensity } from './flow-density.ts';
import { type FlowMethodSettings, dimensionsOf, gridUsed } from './flow-features.ts';
import { flowOf } from './flow-fit.ts';
import { contrastFlow } from './flow-objectives.ts';

export interface FlowScoring {
  readonly shape: ImageShape;
  readonly batch: number;
  readonly ratio: boolean;
}

/** Scores in nats, of an image's vector or of each of its places: `likelihood`, −log p, and in front of it `ratio`, log q − log p. */
export async function openFlowScorer(
  environment: Environment,
  settings: FlowMethodSettings,
  { parameters, encoder: chosen }: FittedDetector,
  { shape, batch, ratio }: FlowScoring,
): Promise<ImageScorer> {
  const encoder = requiredEncoder(chosen);
  const grid = gridUsed(encoder, settings);
  const flow = flowOf(settings, dimensionsOf(encoder, settings));
  const own = await FlowDensity.open(environment, flow, parameters);
  const other = ratio ? await FlowDensity.open(environment, flow, contrastFlow(parameters)) : null;

  /** By name, a score a row. */
  const rowScores = async (rows: Float32Array): Promise<Readonly<Record<string, Float32Array>>> => {
    const likelihood = (await own.of(rows)).map((value) => -value);
    const contrast = await other?.of(rows);
    if (contrast === undefined) return { likelihood };
    return { ratio: likelihood.map((value, row) => (contrast[row] ?? Number.NaN) + value), likelihood };
  };

  return {
    batch,
    async score(images) {
      if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
      const { vectors, places } = await encodeBlock(encoder, images, 'scored');
      const ofPlaces = grid === null || places === null ? null : { grid, places };
      const scores = Object.entries(await rowScores((ofPlaces?.places ?? vectors).values));
      return images.map((_, index): ImageScores => {
        if (ofPlaces === null) {
          return {
            scores: Object.fromEntries(scores.map(([name, rows]) => [name, rows[index] ?? Number.NaN])),
            maps: {},
          };
        }
        const { height, width } = ofPlaces.grid;
        const maps = scores.map(
          ([name, rows]) => [name, rows.slice(index * height * width, (index + 1) * height * width)] as const,
        );
        return {
          scores: Object.fromEntries(maps.map(([name, values]) => [name, pooled(values, settings.places)])),
          maps: Object.fromEntries(
            maps.map(([name, values]) => [name, { height, width, values, cell: shape.height / height }]),
          ),
        };
      });
    },
    async dispose() {
      await own.dispose();
      await other?.dispose();
    },
  };
}

function pooled(values: Float32Array, places: FlowMethodSettings['places']): number {
  if (places === 'mean') return values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((most, value) => Math.max(most, value), -Infinity);
}
