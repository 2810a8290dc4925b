/** Sessions of onnxruntime-node: those on every device but the CPU, and there where nothing else can be had. */
import type { Program } from '../../models/device.ts';
import { deviceTensors, hostTensors, portsOf } from './binding-tensors.ts';
import { EngineError, alreadyClosed, loadFailed, runFailed } from './engine-error.ts';
import type { Port } from './host-tensors.ts';
import { InferenceSession, type Tensor } from './onnxruntime.ts';
import { SILENT, type SessionPlace, type SessionUse, USES } from './session-settings.ts';

export type SessionExtras = Pick<
  InferenceSession.SessionOptions,
  'preferredOutputLocation' | 'enableProfiling' | 'profileFilePrefix'
>;

/** Its other layout, the default, computes convolutions of 6 channels wrongly (ONNX Runtime 1.30). */
const WEBGPU: InferenceSession.WebGpuExecutionProviderOption = { name: 'webgpu', preferredLayout: 'NCHW' };

export function sessionOptions(
  { kind, threads }: SessionPlace,
  use: SessionUse,
  extras: SessionExtras = {},
): InferenceSession.SessionOptions {
  const { optimisation, entries } = USES[use];
  return {
    executionProviders: [kind === 'webgpu' ? WEBGPU : kind],
    executionMode: 'sequential',
    interOpNumThreads: 1,
    intraOpNumThreads: threads,
    // A pattern is one block as large as the peak, taken beside what the arena already holds from the first run.
    enableMemPattern: false,
    logSeverityLevel: SILENT,
    graphOptimizationLevel: optimisation,
    extra: entries,
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
      throw error instanceof EngineError ? error : loadFailed(place.label, error);
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
      throw runFailed(this.#label, error);
    }
  }

  /** @throws EngineError 'disposed' */
  assertOpen(): void {
    if (this.#released) throw alreadyClosed(this.#label);
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

export async function openBindingProgram(
  model: Uint8Array<ArrayBuffer>,
  place: SessionPlace,
): Promise<Program> {
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
