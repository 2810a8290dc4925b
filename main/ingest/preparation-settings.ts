import { z } from 'zod';
import { Intensity } from './intensity-settings.ts';

const side = z.int().positive().multipleOf(8);
const common = {
  height: side,
  width: side,
  channels: z.union([z.literal(1), z.literal(3)]),
  /** As the file asks to be shown where it is absent. */
  intensity: Intensity.exactOptional(),
};

/**
 * How images become input of a detector; recorded with each model, and the same for every image it sees.
 * - resize: the whole image stretched to height x width, its aspect ratio is not kept;
 * - crop: the largest centred part of the target's aspect ratio, scaled to height x width;
 * - pad: the whole image scaled to fit, centred on black;
 * - tile: the image at its own scale, cut into tiles of height x width that share at least `overlap` pixels
 *   with their neighbours; the last row and column are shifted inward. A side that is shorter than the tile is padded.
 */
export const Preparation = z
  .discriminatedUnion('fit', [
    z.strictObject({ fit: z.literal('resize'), ...common }),
    z.strictObject({ fit: z.literal('crop'), ...common }),
    z.strictObject({ fit: z.literal('pad'), ...common }),
    z.strictObject({ fit: z.literal('tile'), ...common, overlap: z.int().nonnegative() }),
  ])
  .refine((p) => p.fit !== 'tile' || p.overlap < Math.min(p.height, p.width), {
    error: 'The overlap of tiles must be smaller than their sides.',
    path: ['overlap'],
  });
export type Preparation = z.infer<typeof Preparation>;
