import { z } from 'zod';

const over = z.enum(['image', 'file']);
const percent = z.number().min(0).max(100);

/** How stored values become the greys that a model sees; docs/formats.md has the formulas. */
export const Intensity = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('file') }),
    /** Values after the file's rescaling: Hounsfield units of a CT. */
    z.object({ kind: z.literal('window'), low: z.number(), high: z.number() }),
    /** Of the foreground of an image, or of all images of its file. */
    z.object({ kind: z.literal('percentile'), low: percent, high: percent, over }),
    z.object({ kind: z.literal('z-score'), deviations: z.number().positive().max(100), over }),
  ])
  .refine((i) => (i.kind !== 'window' && i.kind !== 'percentile') || i.low < i.high, {
    error: 'Black must be a smaller value than white.',
    path: ['low'],
  });
export type Intensity = z.infer<typeof Intensity>;

export interface CtWindow {
  readonly name: string;
  readonly title: string;
  readonly low: number;
  readonly high: number;
}

/** The usual one where nothing is known of the part of the body. */
export const SOFT_TISSUE: CtWindow = { name: 'soft-tissue', title: 'Soft tissue', low: -150, high: 250 };

/**
 * Windows of CT in Hounsfield units: level ± half the width as Radiopaedia's "Windowing (CT)" lists them (soft tissue 50 ± 200,
 * lung -600 ± 750, bone 400 ± 900, brain 40 ± 40); the whole range is that of 12 bits.
 */
export const CT_WINDOWS: readonly CtWindow[] = [
  SOFT_TISSUE,
  { name: 'lung', title: 'Lung', low: -1350, high: 150 },
  { name: 'bone', title: 'Bone', low: -500, high: 1300 },
  { name: 'brain', title: 'Brain', low: 0, high: 80 },
  { name: 'whole', title: 'Whole range', low: -1024, high: 3071 },
];
