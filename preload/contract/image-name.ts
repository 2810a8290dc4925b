import { z } from 'zod';

export const Plane = z.enum(['axial', 'coronal', 'sagittal']);
export type Plane = z.infer<typeof Plane>;

/** Which image of which file. */
export const imagePlace = {
  /** Below the dataset's folder. */
  relativePath: z.string(),
  /** From 0, as the file counts its frames, pages or slices. */
  frame: z.int().min(0),
  /** Of a slice of a volume; null for everything else. */
  plane: Plane.nullable(),
  /** How many images the file counts; some may have been left out as empty. */
  frames: z.int().min(1),
};

export interface ImagePlace {
  readonly relativePath: string;
  readonly frame: number;
  readonly plane: Plane | null;
  readonly frames: number;
}

/** "axial 78 of 155", "3 of 12"; empty where the file is the image. People count from 1. */
export function partName({ frame, plane, frames }: Omit<ImagePlace, 'relativePath'>): string {
  if (plane === null && frames === 1) return '';
  return `${plane === null ? '' : `${plane} `}${String(frame + 1)} of ${String(frames)}`;
}

/** What an image is called wherever people read it: its path, and its place in the file where that holds several. */
export function imageName(place: ImagePlace): string {
  const part = partName(place);
  return part === '' ? place.relativePath : `${place.relativePath} · ${part}`;
}
