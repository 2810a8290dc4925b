import { join } from 'node:path';
import { openContext } from '../../main/api/context.ts';
import { addDataset } from '../../main/api/datasets/add-dataset.ts';
import { fitModel } from '../../main/api/fit/fit.ts';
import { screenDataset } from '../../main/api/screening/screen.ts';
import { makeLargeScreening } from '../large-screening.ts';

/** What the window is measured with. */
export interface WindowStage {
  /** A screening of as many images as were asked for. */
  readonly largeRunId: number;
  /** A screening of a few dozen images, whose heatmaps are computed when they are looked at. */
  readonly casesRunId: number;
  readonly cases: number;
  /** The dataset of the latter, and what a fit that lasts would start from. */
  readonly dataset: string;
  readonly general: string;
}

const DATASET = 'slices';
const GENERAL = 'slices, general';
const MODEL = 'slices, fitted';

/**
 * Fills a data folder: a large screening without work, and a small one as a user would make it, of 512 × 512 images of 16 bits.
 * @throws as the services that it calls
 */
export async function setWindowStage(home: string, rows: number, signal: AbortSignal): Promise<WindowStage> {
  const large = await makeLargeScreening(home, rows);
  const ctx = await openContext({ home, device: 'cpu', notify: () => undefined, who: 'benchmark' });
  try {
    const request = { root: join(home, 'image-pool'), name: DATASET, labelsFromSubfolders: false };
    await addDataset(ctx, request, { signal, onProgress: () => undefined });
    for (const [name, general] of [
      [GENERAL, null],
      [MODEL, GENERAL],
    ] as const) {
      await fitModel(
        ctx,
        {
          name,
          general,
          dataset: DATASET,
          detector: 'glow',
          generalDataset: null,
          exposure: null,
          encoder: null,
          preset: 'tiny',
          seed: 1,
          steps: null,
          preparation: { fit: 'resize', height: 64, width: 64, channels: 1 },
          label: null,
          flipHorizontally: false,
          softened: false,
          batchSize: null,
        },
        { signal, onEvent: () => undefined },
      );
    }
    const { runId, screened } = await screenDataset(
      ctx,
      { model: MODEL, dataset: DATASET, batchSize: null },
      { signal, onEvent: () => undefined },
    );
    return {
      largeRunId: large.runId,
      casesRunId: runId,
      cases: screened,
      dataset: DATASET,
      general: GENERAL,
    };
  } finally {
    ctx.close();
  }
}
