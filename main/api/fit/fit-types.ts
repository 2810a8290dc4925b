import type { LossUnit } from '../../../models/detectors/method.ts';
import type { PresetName } from '../../../models/preset-name.ts';
import type { Preparation } from '../../ingest/preparation-settings.ts';
import type { FitProgressMessage } from '../../jobs/fit-protocol.ts';

export interface FitRequest {
  /** The in-distribution dataset's name. */
  readonly dataset: string;
  /** What the model is to be called. */
  readonly name: string;
  /** The id of a detector; its `needs` say which of the following it takes. */
  readonly detector: string;
  readonly preset: PresetName;
  /** A fitted model of a general distribution: its weights start the run, and the two give the ratio. */
  readonly general: string | null;
  /** A dataset of broader images, to be told from the normal ones. */
  readonly generalDataset: string | null;
  /** A dataset's images of one label that are anomalous or stand for what is; where none is named, all but the normal ones. */
  readonly exposure: {
    readonly dataset: string;
    readonly label: string | null;
    /** So many of them, drawn by the seed; all where it is null. */
    readonly images: number | null;
  } | null;
  /** An encoder's name. */
  readonly encoder: string | null;
  readonly seed: number;
  /** Gradient steps instead of the preset's number. */
  readonly steps: number | null;
  readonly preparation: Preparation;
  /** Fit only the dataset's images of this label. */
  readonly label: string | null;
  readonly flipHorizontally: boolean;
  /** Whether half of what is learned has less detail than its image, as befits a general model. */
  readonly softened: boolean;
  /** Images per step instead of the preset's number. */
  readonly batchSize: number | null;
}

export type FitJobEvent =
  /** Graphs are being compiled and data-dependent weights set: seconds to a minute without steps. */
  | { readonly kind: 'compiling' }
  /** A sentence for the user that stops nothing. */
  | { readonly kind: 'notice'; readonly message: string }
  | {
      readonly kind: 'started';
      readonly runId: number;
      /** Of the losses; null where the detector is computed. */
      readonly unit: LossUnit | null;
      readonly steps: number;
      /** Steps taken before; more than 0 for a resumed run. */
      readonly fromStep: number;
      /** Trained on; tiles where images are tiled. */
      readonly images: number;
      readonly heldOut: number;
      readonly device: string;
    }
  | FitProgressMessage
  | { readonly kind: 'checkpoint-saved'; readonly step: number }
  | {
      readonly kind: 'finished';
      readonly step: number;
      readonly reason: 'all-steps' | 'no-improvement';
    };

export interface FitHooks {
  /** Aborting saves a checkpoint and ends with a ServiceError 'interrupted'. */
  readonly signal: AbortSignal;
  readonly onEvent: (event: FitJobEvent) => void;
  /** Between checkpoints; a minute when absent. */
  readonly checkpointSeconds?: number;
}

export interface FittedModel {
  readonly id: number;
  readonly name: string;
  readonly runId: number;
  /** SHA-256 of the weights' file. */
  readonly weightsHash: string;
  readonly detector: string;
  /** In `unit`; null where the detector is computed. */
  readonly heldOutLoss: number | null;
  readonly unit: LossUnit | null;
  /** Steps taken; the weights kept are those of `bestStep`. */
  readonly steps: number;
  readonly bestStep: number;
  readonly rejectedSteps: number;
  /** Computing time, over all sessions of the run. */
  readonly seconds: number;
  readonly device: string;
}
