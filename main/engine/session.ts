import type { DeviceKind, HostTensors, Program } from '../../models/device.ts';
import { EngineError, causeOf } from './engine-error.ts';
import { type Port, deviceTensors, hostTensor, portsOf } from './host-tensors.ts';
import { InferenceSession, SILENT, type Tensor } from './onnxruntime.ts';

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
 * time, so that a thread without work gives up its core, and work is dealt out in small portions.
 * `resident`: weights change at each run, so that there is little to fold, and the lesser optimisations load in half the
 * time. Thousands of small operators follow each other: threads wait for the next one awake.
 */
export type SessionUse = 'stateless' | 'resident';

export type SessionExtras = Pick<
  InferenceSession.SessionOptions,
  'preferredOutputLocation' | 'enableProfiling' | 'profileFilePrefix'
>;

const USES: Readonly<Record<SessionUse, InferenceSession.SessionOptions>> = {
  stateless: {
    graphOptimizationLevel: 'all',
    extra: { session: { dynamic_block_base: '4', intra_op: { allow_spinning: '0' } } },
  },
  resident: { graphOptimizationLevel: 'basic' },
};

/** Its other layout, the default, computes convolutions of 6 channels wrongly (ONNX Runtime 1.30). */
const WEBGPU: InferenceSession.WebGpuExecutionProviderOption = { name: 'webgpu', preferredLayout: 'NCHW' };

export function sessionOptions(
  { kind, threads }: SessionPlace,
  use: SessionUse,
  extras: SessionExtras = {},
): InferenceSession.SessionOptions {
  return {
    executionProviders: [kind === 'webgpu' ? WEBGPU : kind],
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
    // A pattern is one block as large as the peak, taken beside what the arena already holds from the first run.
    enableMemPattern: false,
    logSeverityLevel: SILENT,
    ...USES[use],
    ...extras,
  };
}

/** A session whose failures are {@link EngineError}s, and which frees its memory once. */
export class OpenSession {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly #session: InferenceSession;
  readonly #label: string;
  #released = false;

  private constructor(session: InferenceSession, label: string) {
    this.#session = session;
    this.#label = label;
    this.inputs = portsOf(session.inputMetadata);
    this.outputs = portsOf(session.outputMetadata);
  }

  /** @throws EngineError 'load-failed' */
  static async open(
    model: Uint8Array<ArrayBuffer>,
    place: SessionPlace,
    options: InferenceSession.SessionOptions,
  ): Promise<OpenSession> {
    try {
      return new OpenSession(await InferenceSession.create(model, options), place.label);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw new EngineError(
        'load-failed',
        `The model could not be loaded on ${place.label} (${causeOf(error)}); if it is a file, export or copy it again.`,
        { cause: error },
      );
    }
  }

  /** @throws EngineError 'run-failed' | 'disposed' */
  async run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches: Readonly<Record<string, Tensor | null>>,
  ): Promise<Record<string, Tensor>> {
    this.assertOpen();
    try {
      return await this.#session.run(feeds, fetches);
    } catch (error) {
      throw new EngineError(
        'run-failed',
        `The model could not be run on ${this.#label} (${causeOf(error)}); try a smaller batch, or the CPU.`,
        { cause: error },
      );
    }
  }

  /** @throws EngineError 'disposed' */
  assertOpen(): void {
    if (!this.#released) return;
    throw new EngineError(
      'disposed',
      `The model was already closed on ${this.#label}; load it again to run it.`,
    );
  }

  endProfiling(): void {
    this.#session.endProfiling();
  }

  async release(): Promise<void> {
    if (this.#released) return;
    this.#released = true;
    await this.#session.release();
  }
}

export async function openProgram(model: Uint8Array<ArrayBuffer>, place: SessionPlace): Promise<Program> {
  const session = await OpenSession.open(model, place, sessionOptions(place, 'stateless'));
  const fetches = Object.fromEntries(session.outputs.map(({ name }) => [name, null]));
  return {
    async run(inputs) {
      const results = await session.run(deviceTensors(session.inputs, inputs), fetches);
      return hostTensors(results);
    },
    dispose: () => session.release(),
  };
}

export function hostTensors(tensors: Readonly<Record<string, Tensor>>): HostTensors {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, tensor]) => [name, hostTensor(name, tensor)]),
  );
}
