/** The C library inside onnxruntime-node, opened without its JavaScript binding. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import koffi, { type LibraryHandle } from 'koffi';
import { onnxruntimeFolder } from '../onnxruntime-files.ts';

const FILES: Readonly<Partial<Record<NodeJS.Platform, readonly string[]>>> = {
  linux: ['libonnxruntime.so.1'],
  darwin: ['libonnxruntime.1.dylib', 'libonnxruntime.1.30.0.dylib'],
  win32: ['onnxruntime.dll'],
};

/**
 * Native calls run on a stack of koffi's, whose default for asynchronous ones (128 KB) is less than a matrix product of
 * ONNX Runtime takes. This is what a main thread has on Linux; pages that are not touched cost nothing.
 */
const STACK_BYTES = 8 << 20;

export interface NativeLibrary {
  /** The address of OrtApi, the table of ONNX Runtime's C functions. */
  readonly table: bigint;
  /** koffi closes the library when nothing refers to this any more. */
  readonly handle: LibraryHandle;
}

/** glibc's mallopt: blocks of this size or more are mapped, and given back to the system when they are freed. */
const [M_MMAP_THRESHOLD, MAPPED_BYTES] = [-3, 128 << 10];

/**
 * @param version of the table: its length; functions keep their places for ever
 * @throws Error when there is no such library for this platform, or it is older than the version
 */
export function openLibrary(version: number): NativeLibrary {
  const folder = onnxruntimeFolder();
  const file = (FILES[process.platform] ?? []).map((name) => join(folder, name)).find(existsSync);
  if (file === undefined) {
    throw new Error(`onnxruntime-node has no library for ${process.platform}-${process.arch} in "${folder}"`);
  }
  if (koffi.config().async_stack_size !== STACK_BYTES) {
    koffi.config({ sync_stack_size: STACK_BYTES, async_stack_size: STACK_BYTES });
  }
  const handle = koffi.load(file);
  returnFreedBlocks();
  const base: unknown = handle.func('OrtGetApiBase', 'void *', [])();
  // OrtApiBase begins with the function GetApi.
  const getApi: unknown = koffi.decode(base, 'void *');
  const table: unknown = koffi.call(getApi, koffi.proto('void *', ['uint32_t']), version);
  if (typeof table !== 'bigint') throw new Error(`the library "${file}" has no API of version ${version}`);
  return { table, handle };
}

/**
 * Left alone, glibc raises that limit with every large block that is freed: what held a model's weights before they were
 * repacked then stays with the process, in pieces. ONNX Runtime's library for Linux needs glibc, so it is there.
 */
function returnFreedBlocks(): void {
  if (process.platform !== 'linux') return;
  koffi.load('libc.so.6').func('mallopt', 'int', ['int', 'int'])(M_MMAP_THRESHOLD, MAPPED_BYTES);
}
