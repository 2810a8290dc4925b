import type { PresetName } from '../../../models/preset-name.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { EncoderProgressMessage } from '../../jobs/encoder-training.ts';

export interface EncoderRequest {
  /** The name of a dataset, of images of any kind: the more varied, the better. */
  readonly dataset: string;
  /** What the encoder is to be called. */
  readonly name: string;
  readonly preset: PresetName;
  readonly seed: number;
  /** Gradient steps instead of the preset's number. */
  readonly steps: number | null;
  readonly preparation: Preparation;
  /** Learn from the images of this label alone. */
  readonly label: string | null;
  readonly flipHorizontally: boolean;
}

export type EncoderEvent =
  | EncoderProgressMessage
  /** A sentence for the user that stops nothing. */
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'started';
      readonly runId: number;
      readonly steps: number;
      /** Steps taken before; more than 0 for a resumed run. */
      readonly fromStep: number;
      readonly images: number;
      readonly heldOut: number;
      readonly device: string;
    };

export interface EncoderHooks {
  /** Aborting saves a checkpoint and ends with a ServiceError 'interrupted'. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: EncoderEvent) => void;
  /** Between checkpoints; a minute when absent. */
  readonly checkpointSeconds?: number;
}
