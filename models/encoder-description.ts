/** What has to be known of an encoder's file beside the file: how images become its input, and which outputs are features. */

export type EncoderLayout = 'NCHW' | 'NHWC';

/** Input is (pixel / 255 − mean) / deviation, each by channel. */
export interface Normalisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

export interface EncoderDescription {
  readonly layout: EncoderLayout;
  readonly channels: 1 | 3;
  /** What images are resized to where the file takes any size; null leaves them as they are. */
  readonly side: { readonly height: number; readonly width: number } | null;
  readonly normalisation: Normalisation;
  /** The tensor `[N, D]` or `[N, D, 1, 1]` that is the vector; null where the mean over the grid's places is. */
  readonly vector: string | null;
  /** The tensor that is the grid, an output or anything that the file computes on the way; null where there is none. */
  readonly grid: { readonly tensor: string; readonly layout: EncoderLayout } | null;
  /** Whether vectors are brought to length 1. */
  readonly unitVectors: boolean;
}

/** The key of a file's metadata under which its own description stands, as JSON: nothing has to be asked then. */
export const ENCODER_METADATA = 'flowscreen.encoder';

/** As most encoders were trained, by name; grey ones take the first channel's numbers. */
export const NORMALISATIONS = {
  imagenet: { mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225] },
  'zero-to-one': { mean: [0, 0, 0], deviation: [1, 1, 1] },
  'minus-one-to-one': { mean: [0.5, 0.5, 0.5], deviation: [0.5, 0.5, 0.5] },
  'zero-to-255': { mean: [0, 0, 0], deviation: [1 / 255, 1 / 255, 1 / 255] },
} as const satisfies Readonly<Record<string, Normalisation>>;

export type NormalisationName = keyof typeof NORMALISATIONS;

export function normalisationFor(name: NormalisationName, channels: 1 | 3): Normalisation {
  const { mean, deviation } = NORMALISATIONS[name];
  return { mean: mean.slice(0, channels), deviation: deviation.slice(0, channels) };
}
