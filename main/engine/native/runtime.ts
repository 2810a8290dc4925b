import { SILENT } from '../session-settings.ts';
import { OrtApi, type Pointer } from './api.ts';

/** What all native sessions of the process share; made with the first, and kept until the process ends. */
export interface NativeRuntime {
  readonly api: OrtApi;
  readonly environment: Pointer;
  /** Describes plain memory of the host. */
  readonly hostMemory: Pointer;
  /** Of names, which ONNX Runtime allocates. */
  readonly allocator: Pointer;
}

/** OrtArenaAllocator and OrtMemTypeDefault. */
const [ARENA, DEFAULT_MEMORY] = [1, 0];

let runtime: NativeRuntime | null = null;

/** @throws Error when ONNX Runtime's library cannot be opened */
export function nativeRuntime(): NativeRuntime {
  runtime ??= openRuntime();
  return runtime;
}

function openRuntime(): NativeRuntime {
  const api = new OrtApi();
  return {
    api,
    environment: api.make('CreateEnv', SILENT, 'flowscreen'),
    hostMemory: api.make('CreateCpuMemoryInfo', ARENA, DEFAULT_MEMORY),
    allocator: api.make('GetAllocatorWithDefaultOptions'),
  };
}
