/**
 * What a fitted Glow sees in an image, to be looked at: images made from its latents (Schirrmeister et al., NeurIPS 2020, section 3.1 and figures of
 * its appendix). Everything is deterministic: nothing is drawn, and steps are counted.
 */
import type { Environment } from '../../device.ts';
import { type ImageShape, bitsPerDimension, elementsOf } from '../../images.ts';
import type { ParameterData } from '../detector.ts';
import { LikelihoodScorer, logLikelihood } from '../shared/likelihood-scorer.ts';
import { climbing } from './climb.ts';
import { LatentImages, exchangedLatents } from './latent-images.ts';
import { glowModel } from './model.ts';
import type { GlowSettings } from './parameters.ts';
import { type ShownImage, shownImage } from './shown-image.ts';

/** A fitted Glow at the shape of its images. */
export interface FittedGlow {
  readonly settings: GlowSettings;
  readonly parameters: ParameterData;
  readonly shape: ImageShape;
}

export type Side = 'own' | 'other';

/** Which picture it is. */
export type PictureOf =
  | { readonly kind: 'original'; readonly side: Side }
  /** The image of that side, with the latents of one scale, 1 the finest, from the other one. */
  | { readonly kind: 'mix'; readonly side: Side; readonly scale: number }
  /** After so many steps of the climb. */
  | { readonly kind: 'climb'; readonly step: number };

export interface LatentPicture {
  readonly of: PictureOf;
  readonly image: ShownImage;
  /** Of the picture as it is shown; null where there is none, or the model gives it no finite likelihood. */
  readonly bitsPerDimension: number | null;
}

export interface LookProgress {
  readonly done: number;
  readonly total: number;
}

export type LookStep = LookProgress & { readonly picture: LatentPicture | null };

/**
 * Both images, and for each scale both with that scale's latents having changed places.
 * @param pair planar 8 bit
 */
export async function* mixedScales(
  environment: Environment,
  { settings, parameters, shape }: FittedGlow,
  [own, other]: readonly [Uint8Array, Uint8Array],
): AsyncGenerator<LookStep, void, undefined> {
  const size = elementsOf(shape);
  const total = 2 * (1 + settings.scales);
  let done = 0;
  const scorer = await LikelihoodScorer.open(environment, glowModel(settings), parameters, 2, shape);
  try {
    const latentImages = await LatentImages.open(environment, settings, parameters, shape, 2);
    try {
      const shown = async (of: (side: Side) => PictureOf, images: readonly [ShownImage, ShownImage]) =>
        (await withBits(scorer, size, of, images)).map((picture) => ({ done: ++done, total, picture }));
      const original = (pixels: Uint8Array): ShownImage => ({ kind: 'shown', pixels, outside: 0 });
      yield* await shown((side) => ({ kind: 'original', side }), [original(own), original(other)]);
      const latents = await latentImages.latentsOf([own, other]);
      for (let scale = 0; scale < settings.scales; scale++) {
        const mixed = await latentImages.imagesOf(exchangedLatents(latents, scale));
        const images = [shownImage(mixed.subarray(0, size)), shownImage(mixed.subarray(size))] as const;
        yield* await shown((side) => ({ kind: 'mix', side, scale: scale + 1 }), images);
      }
    } finally {
      await latentImages.dispose();
    }
  } finally {
    await scorer.dispose();
  }
}

async function withBits(
  scorer: LikelihoodScorer,
  size: number,
  of: (side: Side) => PictureOf,
  [own, other]: readonly [ShownImage, ShownImage],
): Promise<LatentPicture[]> {
  const sides = [
    { side: 'own', image: own },
    { side: 'other', image: other },
  ] as const;
  const pictures: LatentPicture[] = [];
  for (const { side, image } of sides) {
    const [scored] = image.kind === 'shown' ? await scorer.score([image.pixels]) : [];
    pictures.push({
      of: of(side),
      image,
      bitsPerDimension: scored === undefined ? null : finiteBits(logLikelihood(scored), size),
    });
  }
  return pictures;
}

/** Long enough that on fitted models it gets slow; a picture after every eighth step. */
const CLIMB = { steps: 48, rate: 0.05 };
const STEPS_A_PICTURE = 8;

/**
 * The way up from an image, the latent of the last scale held: the image itself and a few pictures along the way.
 * @param image planar 8 bit
 */
export async function* climbedImages(
  environment: Environment,
  { settings, parameters, shape }: FittedGlow,
  image: Uint8Array,
): AsyncGenerator<LookStep, void, undefined> {
  const latentImages = await LatentImages.open(environment, settings, parameters, shape, 1);
  const start = await latentImages.latentsOf([image]).finally(() => latentImages.dispose());
  for await (const reached of climbing(environment, settings, parameters, shape, start, CLIMB)) {
    const { step, contributions } = reached;
    const shown = shownImage(reached.image);
    const likelihood = contributions.reduce((sum, value) => sum + value, 0);
    yield {
      done: step,
      total: CLIMB.steps,
      picture:
        step % STEPS_A_PICTURE > 0
          ? null
          : {
              of: { kind: 'climb', step },
              image: shown,
              bitsPerDimension: shown.kind === 'shown' ? finiteBits(likelihood, elementsOf(shape)) : null,
            },
    };
  }
}

function finiteBits(likelihood: number, size: number): number | null {
  return Number.isFinite(likelihood) ? bitsPerDimension(likelihood, size) : null;
}
