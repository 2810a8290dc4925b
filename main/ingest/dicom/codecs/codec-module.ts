import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';
import { CodecProblem } from './codec-problem.ts';

type Call = (...numbers: number[]) => number;

const call = z.custom<Call>((value) => typeof value === 'function');
const exportsSchema = z.object({
  memory: z.custom<{ readonly buffer: ArrayBuffer }>((value) => typeof value === 'object' && value !== null),
  _initialize: call,
  CreateCodecsContext: call,
  ReleaseCodecsContext: call,
  SetColumns: call,
  SetRows: call,
  SetBitsAllocated: call,
  SetBitsStored: call,
  SetSamplesPerPixel: call,
  SetPixelRepresentation: call,
  SetPlanarConfiguration: call,
  SetPhotometricInterpretation: call,
  SetEncodedBufferSize: call,
  GetEncodedBuffer: call,
  GetDecodedBuffer: call,
  GetDecodedBufferSize: call,
  CreateDecoderParameters: call,
  ReleaseDecoderParameters: call,
  SetConvertColorspaceToRgb: call,
  DecodeJpeg: call,
  DecodeJpegLs: call,
  DecodeJpeg2000: call,
});
export type CodecExports = z.infer<typeof exportsSchema>;

/** WebAssembly is no part of ECMAScript's own library, hence of none of its types. */
const webAssemblySchema = z.object({
  Module: z.custom<new (bytes: Uint8Array) => object>((value) => typeof value === 'function'),
  Instance: z.custom<new (module: object, imports: object) => { readonly exports: object }>(
    (value) => typeof value === 'function',
  ),
});

const UTF_8 = new TextDecoder();

/** Memory that one decoding may take: 1.5 GiB. */
const MOST_MEMORY = 1.5 * 2 ** 30;

/** What the codecs said of the stream that they decoded. */
export interface Listener {
  /** The last words of one that gave up. */
  onFailure(message: string): void;
  onMessage(message: string): void;
}

let compiled: { readonly webAssembly: z.infer<typeof webAssemblySchema>; readonly module: object } | null =
  null;

/** A fresh copy of the codecs with memory of its own. Compiling is done once. */
export function instantiateCodecs(listener: Listener): CodecExports {
  compiled ??= compile();
  const { webAssembly, module } = compiled;
  let memory: CodecExports['memory'] | null = null;
  const view = (): DataView => new DataView(memory?.buffer ?? new ArrayBuffer(0));
  const text = (start: number, length: number): string =>
    UTF_8.decode(new Uint8Array(memory?.buffer ?? new ArrayBuffer(0), start, length));
  const nothing = (): number => 0;
  const instance = new webAssembly.Instance(module, {
    env: {
      onCodecsException: (start: number, length: number) => listener.onFailure(text(start, length)),
      onCodecsInfo: (start: number, length: number) => listener.onMessage(text(start, length)),
      onCodecsTrace: nothing,
      emscripten_notify_memory_growth: () => {
        if ((memory?.buffer.byteLength ?? 0) > MOST_MEMORY) {
          throw new CodecProblem('too-large', 'needs too much memory to be decompressed');
        }
      },
    },
    wasi_snapshot_preview1: {
      proc_exit: (code: number) => listener.onFailure(`exit ${String(code)}`),
      // No environment, no files, no clock.
      environ_sizes_get: (count: number, size: number) => {
        view().setUint32(count, 0, true);
        view().setUint32(size, 0, true);
        return 0;
      },
      environ_get: nothing,
      clock_time_get: (_id: number, _precision: bigint, time: number) => {
        view().setBigUint64(time, 0n, true);
        return 0;
      },
      fd_write: nothing,
      fd_close: nothing,
      fd_seek: nothing,
    },
  });
  const exported = exportsSchema.parse(instance.exports);
  memory = exported.memory;
  exported._initialize();
  return exported;
}

function compile(): NonNullable<typeof compiled> {
  const webAssembly = webAssemblySchema.parse(Reflect.get(globalThis, 'WebAssembly'));
  const path = createRequire(import.meta.url).resolve('dcmjs-codecs/build/dcmjs-native-codecs.wasm');
  return { webAssembly, module: new webAssembly.Module(readFileSync(path)) };
}
