import type { DeviceKind } from '../../models/device.ts';

/** Where sessions run. */
export interface SessionPlace {
  readonly kind: DeviceKind;
  readonly label: string;
  /** Threads that compute; on a GPU, those that compute what falls off it. */
  readonly threads: number;
}

/**
 * What a graph is for. The settings that follow were measured: docs/decisions/onnxruntime-sessions.md.
 * `stateless`: weights are constants, which all optimisations may fold and repack once. Images are decoded at the same
 * time, so that a thread without work gives up its core.
 * `resident`: weights change at each run, so that there is little to fold, and the lesser optimisations load in half the
 * time. Thousands of small operators follow each other: threads wait for the next one awake.
 */
export type SessionUse = 'stateless' | 'resident';

export interface UseSettings {
  readonly optimisation: 'basic' | 'all';
  /** Names and values as ONNX Runtime's session_options_config_keys.h has them. */
  readonly entries: Readonly<Record<string, string>>;
}

export const USES: Readonly<Record<SessionUse, UseSettings>> = {
  stateless: { optimisation: 'all', entries: { 'session.intra_op.allow_spinning': '0' } },
  resident: { optimisation: 'basic', entries: {} },
};

/** The severity of a log that lets nothing but crashes through: failures are errors already. */
export const SILENT = 4;
