/** Two ways lead to the CPU: ONNX Runtime's C functions, and onnxruntime-node where those cannot be called. */
import { causeOf } from './engine-error.ts';
import type { openNativeProgram } from './native/program.ts';
import type { openNativeResident } from './native/resident.ts';

export type NativeCpu =
  | {
      readonly status: 'opened';
      readonly openProgram: typeof openNativeProgram;
      readonly openResident: typeof openNativeResident;
    }
  | { readonly status: 'missing'; readonly reason: string };

let native: Promise<NativeCpu> | null = null;

/** Looked for once in a process. */
export function nativeCpu(): Promise<NativeCpu> {
  native ??= openNative();
  return native;
}

/** One sentence for the user where the CPU is reached in the other way; null where all is well. */
export async function cpuNotice(): Promise<string | null> {
  const found = await nativeCpu();
  return found.status === 'opened'
    ? null
    : `ONNX Runtime is called in a way that takes more memory, as its C functions cannot be called (${found.reason}); ` +
        'install flowscreen again to mend that, the numbers are the same.';
}

async function openNative(): Promise<NativeCpu> {
  try {
    // These import koffi, whose part for this platform is an optional package: where it is missing the import fails.
    const [{ nativeRuntime }, program, resident] = await Promise.all([
      import('./native/runtime.ts'),
      import('./native/program.ts'),
      import('./native/resident.ts'),
    ]);
    nativeRuntime();
    return {
      status: 'opened',
      openProgram: program.openNativeProgram,
      openResident: resident.openNativeResident,
    };
  } catch (error) {
    return { status: 'missing', reason: causeOf(error) };
  }
}
