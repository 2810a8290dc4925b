import { z } from 'zod';
import { PLANES } from '../ingest/stored-image.ts';

/** An image to train on or to hold out. */
export const fitFile = z.object({
  id: z.int(),
  /** Below the root, with forward slashes. */
  relativePath: z.string(),
  frame: z.int(),
  plane: z.enum(PLANES).nullable(),
  /** How many images it gives: 1 unless images are tiled. */
  tiles: z.int(),
});
export type FitFile = Readonly<z.infer<typeof fitFile>>;
