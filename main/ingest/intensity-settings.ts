import { z } from 'zod';

/** Statistics are taken over one image, or over all images of its file, so that the slices of a volume share one scale. */
const over = z.enum(['image', 'file']);
const percent = z.number().min(0).max(100);

/**
 * How stored values become the 8 bits that a detector sees; recorded with each model, and the same for every image it sees.
 * - file: as the file asks to be shown: its own window or VOI LUT, else the range its type declares, else its smallest to its largest value;
 * - window: modality values (Hounsfield units of a CT) from `low` as black to `high` as white;
 * - percentile: from one percentile of the foreground as black to another as white;
 * - z-score: from `deviations` standard deviations below the mean of the foreground as black to as many above as white.
 * The foreground are the finite values above the smallest one, without padding: for skull-stripped MRI, the brain.
 */
export const Intensity = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('file') }),
    z.strictObject({ kind: z.literal('window'), low: z.number(), high: z.number() }),
    z.strictObject({ kind: z.literal('percentile'), low: percent, high: percent, over }),
    z.strictObject({ kind: z.literal('z-score'), deviations: z.number().positive().max(100), over }),
  ])
  .refine((i) => (i.kind !== 'window' && i.kind !== 'percentile') || i.low < i.high, {
    error: 'Black must be a smaller value than white.',
    path: ['low'],
  });
export type Intensity = z.infer<typeof Intensity>;

/** Of models from before there was a choice. */
export const AS_THE_FILE_SAYS: Intensity = { kind: 'file' };
