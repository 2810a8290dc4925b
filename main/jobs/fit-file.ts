import type { Part } from '../ingest/stored-image.ts';

/** An image to train on or to hold out. */
export interface FitFile extends Part {
  readonly id: number;
  /** Below the root, with forward slashes. */
  readonly relativePath: string;
  /** How many images it gives: 1 unless images are tiled. */
  readonly tiles: number;
}
