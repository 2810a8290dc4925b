/** Which of an encoder's features a flow is fitted to. */
import type { Encoder } from '../method.ts';
import type { FlowFitSettings } from './flow-fit.ts';

export interface FlowMethodSettings extends FlowFitSettings {
  /**
   * Where the encoder has a grid: the same flow on the vector of each place, whose scores make a heatmap, and of which the `largest` or the
   * `mean` is the image's score. `none` fits the flow to the image's one vector, as does an encoder without a grid.
   */
  readonly places: 'none' | 'largest' | 'mean';
  /** Vectors of each set that are kept to fit on, drawn from all. */
  readonly mostVectors: number;
}

/** The encoder's grid, where it has one and the flow is to be of its places. */
export function gridUsed({ grid }: Encoder, { places }: FlowMethodSettings): Encoder['grid'] {
  return places === 'none' ? null : grid;
}

export function dimensionsOf(encoder: Encoder, settings: FlowMethodSettings): number {
  return gridUsed(encoder, settings)?.dimensions ?? encoder.dimensions;
}
