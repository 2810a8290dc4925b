import { type FitRequest, Preparation } from '../../../preload/contract.ts';

/** What is filled in of how images are brought to the size that the model sees. */
export interface PreparationForm {
  way: string;
  side: number;
  /** 1 or 3 */
  channels: number;
}

export const PREPARATIONS = [
  {
    value: 'auto',
    title: 'Chosen from the images',
    explained: 'Small images are seen whole. What was chosen is recorded.',
  },
  {
    value: 'resize',
    title: 'Resize the whole image',
    explained: 'The whole image is seen, in less detail.',
  },
  {
    value: 'crop',
    title: 'Cut out the middle',
    explained: 'Only the middle is seen, in full detail; smaller images are enlarged first.',
  },
  {
    value: 'tile',
    title: 'Cut into tiles',
    explained:
      'All of the image is seen in full detail, piece by piece: slower, for small defects in large images.',
  },
] as const;

export const preparationForm = (): PreparationForm => ({ way: 'auto', side: 64, channels: 1 });

/** Null where it is left to the program. */
export function preparationOf({ way, side, channels }: PreparationForm): FitRequest['preparation'] {
  const shape = { fit: way, height: side, width: side, channels };
  // A quarter of the side: what lies on an edge of one tile lies within the next.
  return Preparation.safeParse(way === 'tile' ? { ...shape, overlap: side / 4 } : shape).data ?? null;
}
