import { dirname } from 'node:path';
import type { HostTensor, HostTensors } from '../../../models/device.ts';
import { EngineError, alreadyClosed, loadFailed, runFailed } from '../engine-error.ts';
import { type Port, emptyTensor } from '../host-tensors.ts';
import { SILENT, type SessionPlace, type SessionUse, USES } from '../session-settings.ts';
import type { OrtApi, Pointer } from './api.ts';
import { type ModelFile, modelWithoutWeights } from './model-file.ts';
import { type NativePort, nativePorts } from './ports.ts';
import { type NativeRuntime, nativeRuntime } from './runtime.ts';
import { type NativeTensor, read, unwrap, wrap } from './tensor.ts';

export type NativeTensors = ReadonlyMap<string, NativeTensor>;

/** Where files lie that a model given as bytes refers to. */
const WEIGHTS_FOLDER = 'session.model_external_initializers_file_folder_path';

const OPTIMISATION_LEVELS = { basic: 1, all: 99 } as const;

/**
 * A session on the CPU through ONNX Runtime's C functions. onnxruntime-node runs the same library, but copies every output
 * of every run, which for state in place is the whole state once more for the garbage collector, and it computes on the
 * thread of JavaScript.
 */
export class NativeSession {
  readonly inputs: readonly NativePort[];
  readonly outputs: readonly NativePort[];
  readonly #runtime: NativeRuntime;
  readonly #session: Pointer;
  readonly #label: string;
  readonly #inputNames: BigUint64Array;
  readonly #outputNames: BigUint64Array;
  #released = false;

  private constructor(runtime: NativeRuntime, session: Pointer, label: string) {
    this.#runtime = runtime;
    this.#session = session;
    this.#label = label;
    this.inputs = nativePorts(runtime, session, 'Input');
    this.outputs = nativePorts(runtime, session, 'Output');
    this.#inputNames = BigUint64Array.from(this.inputs, ({ cName }) => cName);
    this.#outputNames = BigUint64Array.from(this.outputs, ({ cName }) => cName);
  }

  /** @throws EngineError 'load-failed' */
  static async open(
    source: Uint8Array<ArrayBuffer> | ModelFile,
    { label, threads }: SessionPlace,
    use: SessionUse,
  ): Promise<NativeSession> {
    const runtime = nativeRuntime();
    const { api, environment } = runtime;
    const made = new BigUint64Array(1);
    try {
      const options = sessionOptions(api, use, threads);
      try {
        const model = source instanceof Uint8Array ? source : modelWithoutWeights(source);
        if (!(source instanceof Uint8Array)) {
          api.call('AddSessionConfigEntry', options, WEIGHTS_FOLDER, dirname(source.path));
        }
        const given = [environment, model, model.length, options, made];
        await api.callAside('CreateSessionFromArray', given);
      } finally {
        api.release('SessionOptions', options);
      }
    } catch (error) {
      throw loadFailed(label, error);
    }
    const [session = 0n] = made;
    try {
      return new NativeSession(runtime, session, label);
    } catch (error) {
      api.release('Session', session);
      throw error instanceof EngineError ? error : loadFailed(label, error);
    }
  }

  /** For as many runs as wanted, until {@link unwrap}. @throws EngineError 'run-failed' */
  wrap(port: Port, tensor: HostTensor): NativeTensor {
    try {
      return wrap(this.#runtime, port, tensor);
    } catch (error) {
      throw runFailed(this.#label, error);
    }
  }

  unwrap(tensors: Iterable<NativeTensor>): void {
    for (const tensor of tensors) unwrap(this.#runtime, tensor);
  }

  /**
   * Computes on another thread. Before it has ended no other run may begin, and nothing that it uses may be released.
   * @param feeds every input
   * @param fetches outputs that are written where the caller wants them
   * @returns all other outputs
   * @throws EngineError 'run-failed' | 'disposed'
   */
  async run(feeds: NativeTensors, fetches: NativeTensors): Promise<HostTensors> {
    this.assertOpen();
    const { api } = this.#runtime;
    const results = this.#emptyResults(fetches);
    const inputs = BigUint64Array.from(this.inputs, ({ name }) => valueOf(name, feeds));
    // Where there is none, ONNX Runtime writes one: its shape is known only then.
    const outputs = BigUint64Array.from(this.outputs, ({ name }) => valueOf(name, fetches, results));
    const names = [this.#inputNames, this.#outputNames] as const;
    try {
      await api.callAside(
        'Run',
        [this.#session, null, names[0], inputs, inputs.length, names[1], outputs.length, outputs],
        [feeds, fetches, results],
      );
      return Object.fromEntries(
        this.outputs.flatMap((port, index) => {
          if (fetches.has(port.name)) return [];
          const result = results.get(port.name) ?? read(this.#runtime, port, outputs[index] ?? 0n);
          return [[port.name, { data: result.data, shape: result.shape }]];
        }),
      );
    } catch (error) {
      throw runFailed(this.#label, error);
    } finally {
      const kept = new Set([...fetches.values()].map(({ value }) => value));
      for (const value of outputs) if (value !== 0n && !kept.has(value)) api.release('Value', value);
    }
  }

  /** @throws EngineError 'disposed' */
  assertOpen(): void {
    if (this.#released) throw alreadyClosed(this.#label);
  }

  /** @returns whether it was open */
  release(): boolean {
    if (this.#released) return false;
    this.#released = true;
    const { api, allocator } = this.#runtime;
    for (const name of [...this.#inputNames, ...this.#outputNames])
      api.call('AllocatorFree', allocator, name);
    api.release('Session', this.#session);
    return true;
  }

  /** Memory for those outputs that nobody has memory for, and whose shape is known. */
  #emptyResults(fetches: NativeTensors): NativeTensors {
    return new Map(
      this.outputs.flatMap((port) =>
        port.shape === null || fetches.has(port.name)
          ? []
          : [[port.name, this.wrap(port, emptyTensor(port, port.shape))] as const],
      ),
    );
  }
}

function valueOf(name: string, ...places: readonly NativeTensors[]): Pointer {
  return places.map((tensors) => tensors.get(name)?.value).find((value) => value !== undefined) ?? 0n;
}

function sessionOptions(api: OrtApi, use: SessionUse, threads: number): Pointer {
  const { optimisation, entries } = USES[use];
  const options = api.make('CreateSessionOptions');
  try {
    api.call('SetSessionGraphOptimizationLevel', options, OPTIMISATION_LEVELS[optimisation]);
    api.call('SetIntraOpNumThreads', options, threads);
    api.call('SetSessionLogSeverityLevel', options, SILENT);
    // A pattern is one block as large as the peak, taken beside what the arena already holds from the first run.
    api.call('DisableMemPattern', options);
    for (const [name, value] of Object.entries(entries))
      api.call('AddSessionConfigEntry', options, name, value);
    return options;
  } catch (error) {
    api.release('SessionOptions', options);
    throw error;
  }
}
