import type { Context } from './context.ts';

export type HeatmapRequest = {
  readonly model: string;
  /** 'ratio' and 'likelihood' draw the whole and each scale, 'scale2-ratio' one scale; the first score when null. */
  readonly score: string | null;
  /** The PNG to write. */
  readonly output: string;
} & (
  | { readonly path: string }
  | { readonly dataset: string; readonly fileId: number }
  | { readonly dataset: string; readonly relativePath: string }
);

export interface HeatmapPanel {
  readonly score: string;
  /** The image's score: the sum over the map, nats. */
  readonly value: number;
  /** The model's fixed colour scale for this map, nats per pixel. */
  readonly low: number;
  readonly high: number;
}

export interface Heatmap {
  readonly output: string;
  readonly width: number;
  readonly height: number;
  readonly panels: readonly HeatmapPanel[];
}

export async function heatmap(ctx: Context, request: HeatmapRequest): Promise<Heatmap> {
  return Promise.reject(new Error(`not built yet ${ctx.home} ${request.output}`));
}
