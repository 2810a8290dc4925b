/** ONNX Runtime's C functions as TypeScript: pointers are bigints, a status that is an error is thrown. */
import koffi from 'koffi';
import { openLibrary } from './library.ts';

/** An address. 0 is NULL. */
export type Pointer = bigint;

export type Argument = Pointer | number | string | NodeJS.TypedArray | null;

/** Of the table below: ONNX Runtime 1.18 and all that follow have it. */
const API_VERSION = 18;

/** A pointer, or a typed array, whose own memory is then read or written. */
const P = 'void *';

/**
 * Where each function stands in the struct OrtApi of onnxruntime_c_api.h, and its parameters. Places are part of the ABI:
 * the struct only grows at its end. All of these return a status.
 */
const FUNCTIONS = {
  CreateEnv: [3, 'int', 'str', P],
  CreateSessionFromArray: [8, P, P, 'size_t', P, P],
  Run: [9, P, P, P, P, 'size_t', P, 'size_t', P],
  CreateSessionOptions: [10, P],
  DisableMemPattern: [17, P],
  SetSessionLogSeverityLevel: [22, P, 'int'],
  SetSessionGraphOptimizationLevel: [23, P, 'int'],
  SetIntraOpNumThreads: [24, P, 'int'],
  SessionGetInputCount: [30, P, P],
  SessionGetOutputCount: [31, P, P],
  SessionGetInputTypeInfo: [33, P, 'size_t', P],
  SessionGetOutputTypeInfo: [34, P, 'size_t', P],
  SessionGetInputName: [36, P, 'size_t', P, P],
  SessionGetOutputName: [37, P, 'size_t', P, P],
  CreateTensorWithDataAsOrtValue: [49, P, P, 'size_t', P, 'size_t', 'int', P],
  GetTensorMutableData: [51, P, P],
  CastTypeInfoToTensorInfo: [55, P, P],
  GetTensorElementType: [60, P, P],
  GetDimensionsCount: [61, P, P],
  GetDimensions: [62, P, P, 'size_t'],
  GetTensorTypeAndShape: [65, P, P],
  CreateCpuMemoryInfo: [69, 'int', 'int', P],
  AllocatorFree: [76, P, P],
  GetAllocatorWithDefaultOptions: [78, P],
  AddSessionConfigEntry: [130, P, 'str', 'str'],
} as const satisfies Readonly<Record<string, readonly [number, ...string[]]>>;

type FunctionName = keyof typeof FUNCTIONS;

const GET_ERROR_MESSAGE = 2;

/** Functions that free what their only parameter points at; they return nothing. */
const RELEASES = {
  Status: 93,
  Session: 95,
  Value: 96,
  TypeInfo: 98,
  TensorTypeAndShapeInfo: 99,
  SessionOptions: 100,
} as const;

interface NativeFunction {
  (...args: readonly Argument[]): unknown;
  async(...args: readonly (Argument | ((error: unknown, result: unknown) => void))[]): void;
}

function isNativeFunction(value: unknown): value is NativeFunction {
  return typeof value === 'function' && 'async' in value;
}

export class OrtApi {
  readonly #functions = new Map<number, NativeFunction>();
  readonly #inUse = new Set<object>();
  readonly #library = openLibrary(API_VERSION);

  /** Runs a function. @throws Error with ONNX Runtime's message */
  call(name: FunctionName, ...args: readonly Argument[]): void {
    const [place, ...parameters] = FUNCTIONS[name];
    this.#check(this.#at(place, P, parameters)(...args));
  }

  /**
   * Runs a function on another thread.
   * @param args arrays among them must stay unchanged and attached until it is done
   * @param used what it reaches by pointers alone, so that the garbage collector leaves it
   */
  callAside(name: FunctionName, args: readonly Argument[], used: unknown = null): Promise<void> {
    const [place, ...parameters] = FUNCTIONS[name];
    const run = this.#at(place, P, parameters);
    const inUse = { args, used };
    this.#inUse.add(inUse);
    return new Promise((resolve, reject) => {
      run.async(...args, (error, status) => {
        this.#inUse.delete(inUse);
        try {
          if (error !== null) throw new Error('it could not be called', { cause: error });
          this.#check(status);
          resolve();
        } catch (failure) {
          reject(failure instanceof Error ? failure : new Error(String(failure)));
        }
      });
    });
  }

  /** Runs a function whose last parameter is where it writes a pointer, and returns that. */
  make(name: FunctionName, ...args: readonly Argument[]): Pointer {
    const made = new BigUint64Array(1);
    this.call(name, ...args, made);
    return made[0] ?? 0n;
  }

  /** As {@link make}, for a `size_t`. */
  count(name: FunctionName, ...args: readonly Argument[]): number {
    return Number(this.make(name, ...args));
  }

  release(what: keyof typeof RELEASES, pointer: Pointer): void {
    this.#at(RELEASES[what], 'void', [P])(pointer);
  }

  #at(place: number, result: string, parameters: readonly string[]): NativeFunction {
    const known = this.#functions.get(place);
    if (known !== undefined) return known;
    const address: unknown = koffi.decode(this.#library.table, place * koffi.sizeof(P), P);
    const made: unknown = koffi.decode(address, koffi.proto(result, [...parameters]));
    if (!isNativeFunction(made)) throw new TypeError(`ONNX Runtime has no function at place ${place}`);
    this.#functions.set(place, made);
    return made;
  }

  /** No status is success. An error's is read and freed. */
  #check(status: unknown): void {
    if (status === null) return;
    if (typeof status !== 'bigint') throw new TypeError('ONNX Runtime gave no status');
    const text = this.#at(GET_ERROR_MESSAGE, 'str', [P])(status);
    this.release('Status', status);
    throw new Error(typeof text === 'string' ? text : 'no reason given');
  }
}
