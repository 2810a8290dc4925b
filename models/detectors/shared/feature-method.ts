/** What all detectors have in common that score an image by statistics of its features. */
import type { Features } from '../../features/features.ts';
import { PlaceSample, standardisedPlaces } from '../../features/place-sample.ts';
import type { Fitted, Statistic } from '../../features/statistic.ts';
import type { ImageShape, ImageSource } from '../../images.ts';
import type { PresetName } from '../../preset-name.ts';
import { RandomStream } from '../../random.ts';
import type { ComputedMethod, Encoder, ImageScorer, ImageScores } from '../method.ts';
import { encodeBlock, encodedBlocks, requiredEncoder } from './encoded-images.ts';

export interface FeatureMethodSettings<Settings> {
  readonly statistic: Settings;
  /** Places of in-distribution grids that are kept to fit the heatmap on, drawn from all; 0 for no heatmap. */
  readonly places: number;
}

interface Description<Settings> {
  readonly id: string;
  readonly title: string;
  readonly use: string;
  readonly source: string;
  readonly statistic: Statistic<Settings>;
  readonly statisticSettings: (preset: PresetName) => Settings;
}

/** The score of an image's one vector, and the name of its parameters. */
const VECTOR = 'vector';
/** The score of its most anomalous place, which the heatmap explains. */
const PLACE = 'largest-place';
/** The name of the parameters that places are standardised by. */
const SCALE = 'scale';

const PLACES: Readonly<Record<PresetName, number>> = {
  tiny: 256,
  quick: 2_000,
  balanced: 10_000,
  paper: 20_000,
};

export function featureMethod<Settings>({
  statistic,
  statisticSettings,
  ...description
}: Description<Settings>): ComputedMethod<FeatureMethodSettings<Settings>> {
  return {
    ...description,
    kind: 'computed',
    needs: {
      general: statistic.contrast ? 'required' : 'none',
      generalModel: 'none',
      exposure: 'none',
      encoder: 'required',
      classes: 'none',
    },
    hasMaps: true,
    tiles: 'largest',
    kept: () => null,
    settings: (preset) => ({ statistic: statisticSettings(preset), places: PLACES[preset] }),

    async compute(_, data, settings, seed) {
      const encoder = requiredEncoder(data.encoder);
      const random = (source: string) => new RandomStream(seed, `places ${source}`);
      const normal = await gathered(encoder, data.normal, settings.places, 'in-distribution', random);
      const contrast =
        !statistic.contrast || data.general === null
          ? null
          : await gathered(encoder, data.general, settings.places, 'general', random);
      const { statistic: own } = settings;
      const ofVectors = statistic.fit(normal.vectors, own, contrast?.vectors ?? null);
      if (normal.places === null) return prefixed(VECTOR, ofVectors);
      const scale = normal.places.scale();
      const ofPlaces = statistic.fit(
        normal.places.standardised(scale),
        own,
        contrast?.places?.standardised(scale) ?? null,
      );
      return { ...prefixed(VECTOR, ofVectors), ...prefixed(PLACE, ofPlaces), ...prefixed(SCALE, scale) };
    },

    open(_, settings, fitted, shape, batch) {
      const encoder = requiredEncoder(fitted.encoder);
      const own = (name: string) => unprefixed(name, fitted.parameters);
      const scorer = (name: string) => statistic.scorer(own(name), settings.statistic);
      return Promise.resolve(
        imageScorer(
          encoder,
          scorer(VECTOR),
          Object.keys(own(PLACE)).length === 0 ? null : { score: scorer(PLACE), scale: own(SCALE) },
          shape,
          batch,
        ),
      );
    },
  };
}

interface Gathered {
  readonly vectors: Features;
  readonly places: PlaceSample | null;
}

async function gathered(
  encoder: Encoder,
  images: ImageSource,
  most: number,
  source: string,
  random: (source: string) => RandomStream,
): Promise<Gathered> {
  const { dimensions, grid } = encoder;
  const values = new Float32Array(images.count * dimensions);
  const places = grid === null || most === 0 ? null : new PlaceSample(grid, most, random(source));
  let count = 0;
  for await (const block of encodedBlocks(encoder, images, source)) {
    values.set(block.vectors.values, count * dimensions);
    count += block.vectors.count;
    if (block.places !== null) places?.add(block.places);
  }
  return { vectors: { values, count, dimensions }, places };
}

type Scorer = (features: Features) => Float64Array;

function imageScorer(
  encoder: Encoder,
  ofVectors: Scorer,
  ofPlaces: { readonly score: Scorer; readonly scale: Fitted } | null,
  { height: imageHeight }: ImageShape,
  batch: number,
): ImageScorer {
  return {
    batch,
    async score(images) {
      if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
      const { vectors, places } = await encodeBlock(encoder, images, 'scored');
      const scores = ofVectors(vectors);
      const { grid } = encoder;
      if (places === null || grid === null || ofPlaces === null) {
        return Array.from(scores, (score): ImageScores => ({ scores: { [VECTOR]: score }, maps: {} }));
      }
      const placeScores = ofPlaces.score(standardisedPlaces(places, grid, ofPlaces.scale));
      return images.map((_, index): ImageScores => {
        const { height, width } = grid;
        const values = Float32Array.from(
          placeScores.subarray(index * height * width, (index + 1) * height * width),
        );
        const largest = values.reduce((most, value) => Math.max(most, value), -Infinity);
        return {
          scores: { [VECTOR]: scores[index] ?? NaN, [PLACE]: largest },
          maps: { [PLACE]: { height, width, values, cell: imageHeight / height } },
        };
      });
    },
    dispose: () => Promise.resolve(),
  };
}

function prefixed(prefix: string, fitted: Fitted): Fitted {
  return Object.fromEntries(Object.entries(fitted).map(([name, values]) => [`${prefix}/${name}`, values]));
}

function unprefixed(prefix: string, fitted: Fitted): Fitted {
  return Object.fromEntries(
    Object.entries(fitted).flatMap(([name, values]) =>
      name.startsWith(`${prefix}/`) ? [[name.slice(prefix.length + 1), values]] : [],
    ),
  );
}
