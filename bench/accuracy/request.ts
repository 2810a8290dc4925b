import type { Environment } from '../../models/device.ts';
import type { PresetName } from '../../models/preset-name.ts';

/** What every suite is asked for. */
export interface AccuracyRequest {
  readonly preset: PresetName;
  readonly seeds: readonly number[];
  /** Holds the unpacked image sets. */
  readonly data: string;
  /** Where finished parts are kept, so that an interrupted run goes on. */
  readonly cache: string;
  readonly environment: Environment;
  readonly report: (line: string) => void;
  readonly command: string;
  /** Asks long fits to save where they are and end. */
  readonly signal?: AbortSignal;
}
