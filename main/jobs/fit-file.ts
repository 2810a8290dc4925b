/** A file to train on or to hold out. */
export interface FitFile {
  readonly id: number;
  /** Below the root, with forward slashes. */
  readonly relativePath: string;
  /** How many images it gives: 1 unless images are tiled. */
  readonly tiles: number;
}
