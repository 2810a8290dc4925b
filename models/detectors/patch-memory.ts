/**
 * PatchCore (Roth et al., "Towards total recall in industrial anomaly detection", CVPR 2022): a memory of in-distribution patch
 * features, thinned to a coreset; a patch is as anomalous as it is far from what is remembered.
 */
import { greedyCoreset } from '../features/coreset.ts';
import { FeatureError } from '../features/feature-error.ts';
import { type Features, row, selected } from '../features/features.ts';
import { type GridShape, neighbourhoodMeans } from '../features/grid.ts';
import { bankOf, bankParameters } from '../features/k-nearest.ts';
import { NearestProgram } from '../features/nearest-program.ts';
import { patchScore } from '../features/patch-score.ts';
import { PlaceSample, standardisedPlaces } from '../features/place-sample.ts';
import type { PresetName } from '../preset-name.ts';
import { RandomStream } from '../random.ts';
import type { ComputedMethod, Encoder, ImageScores } from './method.ts';
import { encodeBlock, encodedBlocks, requiredEncoder } from './shared/encoded-images.ts';

export interface PatchMemorySettings {
  /** Patches that the memory is chosen from, a uniform sample of all: bounds the time and memory of a fit on many images. */
  readonly candidates: number;
  /** Share of them that is remembered. */
  readonly fraction: number;
  /** Dimensions of the random projection in which they are chosen. */
  readonly projected: number;
  /** Remembered patches that weigh the score of an image, b in the paper; 1 for none. */
  readonly neighbours: number;
}

const PRESETS: Readonly<Record<PresetName, Pick<PatchMemorySettings, 'candidates' | 'fraction'>>> = {
  tiny: { candidates: 1_000, fraction: 0.25 },
  quick: { candidates: 20_000, fraction: 0.1 },
  balanced: { candidates: 100_000, fraction: 0.05 },
  paper: { candidates: 200_000, fraction: 0.05 },
};

/** The score, and the map that it is the largest value of, but for the weight. */
const SCORE = 'patch-distance';

export const patchMemory: ComputedMethod<PatchMemorySettings> = {
  kind: 'computed',
  id: 'patch-memory',
  title: 'Patch memory',
  use: 'For parts that look alike from image to image, such as an inspection line’s: small local defects, with a heatmap, nothing to train.',
  source:
    'Roth et al. 2022 (PatchCore): greedy coreset, largest patch distance with the weight of equation 7; features are standardised place by place first.',
  needs: { general: 'none', generalModel: 'none', exposure: 'none', encoder: 'required', classes: 'none' },
  hasMaps: true,
  tiles: 'largest',
  kept: () => null,
  settings: (preset) => ({ ...PRESETS[preset], projected: 128, neighbours: 9 }),

  async compute(_, data, { candidates, fraction, projected }, seed) {
    const encoder = requiredEncoder(data.encoder);
    const grid = requiredGrid(encoder);
    const sample = new PlaceSample(grid, candidates, new RandomStream(seed, 'patches'));
    for await (const { places } of encodedBlocks(encoder, data.normal, 'in-distribution')) {
      if (places !== null) sample.add(averaged(places, grid));
    }
    const scale = sample.scale();
    const points = sample.standardised(scale);
    const size = Math.max(1, Math.round(fraction * points.count));
    const chosen = greedyCoreset(points, size, projected, new RandomStream(seed, 'coreset'));
    return { ...scale, ...bankParameters(selected(points, chosen)) };
  },

  async open(environment, { neighbours }, fitted, shape, batch) {
    const encoder = requiredEncoder(fitted.encoder);
    const grid = requiredGrid(encoder);
    const bank = bankOf(fitted.parameters);
    const places = grid.height * grid.width;
    const program = await NearestProgram.open(environment, bank, places);
    const scoreOf = async (patches: Features): Promise<ImageScores> => {
      const values = await program.distances(patches);
      const farthest = values.reduce(
        (most, value, index) => (value > (values[most] ?? NaN) ? index : most),
        0,
      );
      const { height, width } = grid;
      return {
        scores: { [SCORE]: patchScore(row(patches, farthest), bank, neighbours) },
        maps: { [SCORE]: { height, width, values, cell: shape.height / height } },
      };
    };
    return {
      batch,
      async score(images) {
        if (images.length > batch) throw new RangeError(`${images.length} images in a batch of ${batch}`);
        const encoded = (await encodeBlock(encoder, images, 'scored')).places;
        if (encoded === null) throw noGrid();
        const patches = standardisedPlaces(averaged(encoded, grid), grid, fitted.parameters);
        const scores: ImageScores[] = [];
        for (let index = 0; index < images.length; index++)
          scores.push(await scoreOf(part(patches, index, places)));
        return scores;
      },
      dispose: () => program.dispose(),
    };
  },
};

function requiredGrid({ grid }: Encoder): GridShape {
  if (grid === null) throw noGrid();
  return grid;
}

function noGrid(): FeatureError {
  return new FeatureError(
    'no-encoder',
    'This detector compares places of images; choose an encoder that gives a grid of features.',
  );
}

/** Consecutive rows, in memory of their own: a device takes whole arrays. */
function part({ values, dimensions }: Features, index: number, count: number): Features {
  return {
    values: values.slice(index * count * dimensions, (index + 1) * count * dimensions),
    count,
    dimensions,
  };
}

/** Each image's grid on its own. */
function averaged(places: Features, grid: GridShape): Features {
  const size = grid.height * grid.width * grid.dimensions;
  const values = new Float32Array(places.values.length);
  for (let from = 0; from < values.length; from += size) {
    values.set(neighbourhoodMeans(places.values.subarray(from, from + size), grid), from);
  }
  return { ...places, values };
}
