/** What the detectors that fit flows to features have in common: on an image's one vector, or on each place of its grid. */
import type { Environment } from '../../device.ts';
import { FeatureError } from '../../features/feature-error.ts';
import { Reservoir } from '../../features/reservoir.ts';
import type { ImageSource } from '../../images.ts';
import type { PresetName } from '../../preset-name.ts';
import { RandomStream } from '../../random.ts';
import type { Encoder, FitData, PreparedFit, TrainedMethod } from '../method.ts';
import { encodedBlocks, requiredEncoder } from './encoded-images.ts';
import { type FlowMethodSettings, dimensionsOf, gridUsed } from './flow-features.ts';
import { flowFitSettings } from './flow-fit.ts';
import { openFlowScorer } from './flow-scorer.ts';
import { type VectorSets, vectorSets } from './vector-sets.ts';

/** What one of these detectors is beside the others. */
export interface FlowDefinition<Settings extends FlowMethodSettings> {
  readonly id: string;
  readonly title: string;
  readonly use: string;
  readonly source: string;
  /** Whether it is fitted against general or exposure images. */
  readonly contrast: boolean;
  /** Whether a flow of the contrast set is part of the score, log q − log p. */
  readonly ratio: boolean;
  readonly settings: (common: FlowMethodSettings) => Settings;
  readonly prepare: (
    environment: Environment,
    sets: VectorSets,
    settings: Settings,
    seed: number,
  ) => PreparedFit;
  /** How many fits follow one another; one where it is not said. */
  readonly stagesOf?: (settings: Settings) => number;
}

const MOST_VECTORS: Readonly<Record<PresetName, number>> = {
  tiny: 2000,
  quick: 50_000,
  balanced: 100_000,
  paper: 200_000,
};
const MOST_HELD_OUT = 2048;

export function flowMethod<Settings extends FlowMethodSettings>({
  id,
  title,
  use,
  source,
  contrast,
  ratio,
  settings: settingsOf,
  prepare,
  stagesOf,
}: FlowDefinition<Settings>): TrainedMethod<Settings> {
  return {
    kind: 'trained',
    id,
    title,
    use,
    source,
    needs: {
      general: contrast ? 'one-of' : 'none',
      generalModel: 'none',
      exposure: contrast ? 'one-of' : 'none',
      encoder: 'required',
      classes: 'none',
    },
    hasMaps: true,
    tiles: 'largest',
    unit: 'nats',
    settings: (preset, _, choices = {}) =>
      // A defect fills few places: their mean would drown it.
      settingsOf({
        ...flowFitSettings(preset, choices),
        places: 'largest',
        mostVectors: MOST_VECTORS[preset],
      }),
    effort: (settings) => ({
      steps: settings.steps * (stagesOf?.(settings) ?? 1),
      batchSize: settings.batchSize,
    }),
    // They depend on the encoder too.
    kept: () => null,

    async prepare(environment, data, settings, seed) {
      const encoder = requiredEncoder(data.encoder);
      const gather = (sources: readonly ImageSource[], most: number, name: string) =>
        gathered(encoder, sources, settings, most, new RandomStream(seed, `${name} vectors`), name);
      const sets = vectorSets(
        dimensionsOf(encoder, settings),
        {
          normal: await gather([data.normal], settings.mostVectors, 'in-distribution'),
          heldOut: await gather([data.heldOut], MOST_HELD_OUT, 'held-out'),
          contrast: contrast
            ? await gather(contrastSources(data, title), settings.mostVectors, 'contrast')
            : null,
        },
        seed,
      );
      return prepare(environment, sets, settings, seed);
    },

    open: (environment, settings, fitted, shape, batch) =>
      openFlowScorer(environment, settings, fitted, { shape, batch, ratio }),
  };
}

function contrastSources({ general, exposure }: FitData, title: string): ImageSource[] {
  const sources = [general, exposure].filter((source) => source !== null);
  if (sources.length === 0)
    throw new FeatureError(
      'no-contrast',
      `${title} is fitted against other images: choose a folder of general images, or of known anomalies.`,
    );
  return sources;
}

async function gathered(
  encoder: Encoder,
  sources: readonly ImageSource[],
  settings: FlowMethodSettings,
  most: number,
  random: RandomStream,
  name: string,
): Promise<Float32Array<ArrayBuffer>> {
  const kept = new Reservoir(most, dimensionsOf(encoder, settings), random);
  for (const source of sources) {
    for await (const { vectors, places } of encodedBlocks(encoder, source, name)) {
      kept.add(gridUsed(encoder, settings) === null ? vectors : (places ?? vectors));
    }
  }
  return kept.sample().values;
}
