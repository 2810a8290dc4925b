import { z } from 'zod';
import type { DeclaredSide, DeclaredTensor } from '../../../models/compile/decode.ts';
import {
  ENCODER_METADATA,
  type EncoderDescription,
  type EncoderLayout,
} from '../../../models/encoder-description.ts';
import { EncoderError, quoted } from './encoder-error.ts';
import type { EncoderFile } from './encoder-file.ts';

const layout = z.enum(['NCHW', 'NHWC']);
const name = z.string().min(1);
const side = z.int().positive().max(8192);

/** An {@link EncoderDescription} as it comes back from a file or a person. */
export const encoderDescription = z
  .strictObject({
    layout,
    channels: z.union([z.literal(1), z.literal(3)]),
    side: z.strictObject({ height: side, width: side }).nullable(),
    normalisation: z.strictObject({
      mean: z.array(z.number()).readonly(),
      deviation: z.array(z.number().positive()).readonly(),
    }),
    vector: name.nullable(),
    grid: z.strictObject({ tensor: name, layout }).nullable(),
    unitVectors: z.boolean(),
  })
  .refine(({ vector, grid }) => vector !== null || grid !== null, {
    error: 'neither vector nor grid is named',
  })
  .refine(
    ({ normalisation: { mean, deviation }, channels }) =>
      mean.length === channels && deviation.length === channels,
    { error: 'the normalisation has another number of channels' },
  ) satisfies z.ZodType<EncoderDescription>;

/** What the file does not say, to be asked for once. */
export type EncoderQuestion =
  | { readonly about: 'normalisation' }
  | { readonly about: 'layout' }
  | { readonly about: 'channels' }
  /** Which of these tensors is the vector. */
  | { readonly about: 'vector'; readonly choices: readonly string[] };

export type Described =
  | { readonly kind: 'complete'; readonly description: EncoderDescription }
  | {
      readonly kind: 'asks';
      readonly questions: readonly EncoderQuestion[];
      /** What the file and the answers say. */
      readonly known: {
        readonly layout: EncoderLayout | null;
        readonly channels: 1 | 3 | null;
        readonly vector: string | null;
        readonly grid: EncoderDescription['grid'];
      };
    };

/**
 * All that is to be known of an encoder: from the file's own description, else from its shapes and from what was answered.
 * @throws EncoderError 'wrong-output' | 'wrong-description'
 */
export function describeEncoder(file: EncoderFile, answers: Partial<EncoderDescription> = {}): Described {
  const own = file.metadata[ENCODER_METADATA];
  if (own !== undefined) {
    return { kind: 'complete', description: checked(file, { ...parsed(file, own), ...answers }) };
  }
  const { sides } = file.input;
  const layoutOf = answers.layout ?? layoutFrom(sides);
  const channels = answers.channels ?? (layoutOf === null ? null : channelsFrom(sides, layoutOf));
  const vectors = file.outputs.filter((output) => couldBe(output, 'vector')).map((output) => output.name);
  const grids = file.outputs.filter((output) => couldBe(output, 'grid')).map((output) => output.name);
  const [onlyVector] = vectors.length === 1 ? vectors : [];
  const [onlyGrid] = grids.length === 1 ? grids : [];
  if (vectors.length === 0 && grids.length === 0 && !answers.vector && !answers.grid) {
    throw new EncoderError(
      'wrong-output',
      `"${file.path}" has no output of shape [N, D] or [N, D, h, w]; export an encoder that ends in one.`,
    );
  }
  const grid =
    answers.grid ??
    (answers.grid === undefined && onlyGrid !== undefined && layoutOf !== null
      ? { tensor: onlyGrid, layout: layoutOf }
      : null);
  const vector = answers.vector ?? onlyVector ?? null;
  const undecided = answers.vector === undefined && vectors.length > 1;
  const questions: EncoderQuestion[] = [
    ...(answers.normalisation === undefined ? [{ about: 'normalisation' } as const] : []),
    ...(layoutOf === null ? [{ about: 'layout' } as const] : []),
    ...(channels === null && layoutOf !== null ? [{ about: 'channels' } as const] : []),
    ...(undecided ? [{ about: 'vector', choices: vectors } as const] : []),
  ];
  if (questions.length > 0 || layoutOf === null || channels === null || answers.normalisation === undefined) {
    return { kind: 'asks', questions, known: { layout: layoutOf, channels, vector, grid } };
  }
  return {
    kind: 'complete',
    description: checked(file, {
      layout: layoutOf,
      channels,
      side: answers.side ?? null,
      normalisation: answers.normalisation,
      vector,
      grid,
      unitVectors: answers.unitVectors ?? true,
    }),
  };
}

/**
 * A description that belongs to the file.
 * @throws EncoderError 'wrong-description'
 */
export function checked(file: EncoderFile, description: EncoderDescription): EncoderDescription {
  const result = encoderDescription.safeParse(description);
  if (!result.success) throw wrong(file, result.error.issues[0]?.message ?? 'it is incomplete');
  const { vector, grid, channels, layout: order } = result.data;
  const declared = file.input.sides[order === 'NCHW' ? 1 : 3];
  if (typeof declared === 'number' && declared !== channels) {
    throw wrong(file, `the file takes ${declared} channels, not ${channels}`);
  }
  for (const tensor of [vector, grid?.tensor ?? null]) {
    if (tensor !== null && !file.computed.has(tensor))
      throw wrong(file, `the file computes no tensor ${quoted(tensor)}`);
  }
  return result.data;
}

function parsed(file: EncoderFile, text: string): EncoderDescription {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw wrong(file, 'it is no JSON', error);
  }
  const result = encoderDescription.safeParse(json);
  if (!result.success) throw wrong(file, result.error.issues[0]?.message ?? 'it is incomplete');
  return result.data;
}

function wrong(file: EncoderFile, what: string, cause?: unknown): EncoderError {
  return new EncoderError(
    'wrong-description',
    `The description of the encoder "${file.path}" does not fit it (${what}); correct it, or add the encoder again.`,
    { cause },
  );
}

const isChannels = (side: DeclaredSide | undefined): side is 1 | 3 => side === 1 || side === 3;

/** Null where the file leaves it open. */
function layoutFrom([, second, , fourth]: readonly DeclaredSide[]): EncoderLayout | null {
  if (isChannels(second) === isChannels(fourth)) return null;
  return isChannels(second) ? 'NCHW' : 'NHWC';
}

function channelsFrom(sides: readonly DeclaredSide[], order: EncoderLayout): 1 | 3 | null {
  const declared = sides[order === 'NCHW' ? 1 : 3];
  return isChannels(declared) ? declared : null;
}

/** A vector is `[N, D]` or `[N, D, 1, 1]`; any other `[N, ·, ·, ·]` is a grid. An output of unknown shape may be a vector. */
function couldBe({ shape }: DeclaredTensor, what: 'vector' | 'grid'): boolean {
  if (shape === null) return what === 'vector';
  const flat = shape.length === 2 || (shape.length === 4 && shape[2] === 1 && shape[3] === 1);
  return what === 'vector' ? flat : shape.length === 4 && !flat;
}
