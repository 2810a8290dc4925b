/** What devices a platform can have beside its CPU, and what a person has to do where one is missing. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DeviceKind } from '../../models/device.ts';
import { listSupportedBackends } from './onnxruntime.ts';
import { onnxruntimeFolder } from './onnxruntime-files.ts';

export type AcceleratorKind = Exclude<DeviceKind, 'cpu'>;

export const DEVICE_NAMES: Readonly<Record<DeviceKind, string>> = {
  cpu: 'CPU',
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  dml: 'DirectML',
  coreml: 'CoreML',
};

/** Fastest first. */
const ACCELERATORS: readonly AcceleratorKind[] = ['cuda', 'webgpu', 'dml', 'coreml'];

/** CoreML is left to those who ask for it: it takes few operators of a training step, and computes some in half precision. */
export const AUTOMATIC: readonly AcceleratorKind[] = ACCELERATORS.filter((kind) => kind !== 'coreml');

/** Those that ONNX Runtime was built with for this platform, fastest first. */
export function platformAccelerators(): AcceleratorKind[] {
  const built = new Set(listSupportedBackends().map(({ name }) => name));
  return ACCELERATORS.filter((kind) => built.has(kind));
}

/** Whether the device's provider library is there: all but CUDA's come inside the npm package. */
export function isInstalled(kind: AcceleratorKind): boolean {
  if (kind !== 'cuda') return true;
  return existsSync(join(onnxruntimeFolder(), 'libonnxruntime_providers_cuda.so'));
}

/** What to do so that the device works, as the end of a sentence. */
export function adviceFor(kind: AcceleratorKind): string {
  switch (kind) {
    case 'webgpu':
      return process.platform === 'linux'
        ? "install the graphics card's Vulkan driver and the Vulkan loader (libvulkan1), or use the CPU"
        : "update the graphics card's driver, or use the CPU";
    case 'cuda':
      return 'install CUDA 12, cuDNN 9 and its provider (npm rebuild onnxruntime-node --ignore-scripts=false), or use the CPU';
    case 'dml':
      return "update Windows and the graphics card's driver, or use the CPU";
    case 'coreml':
      return 'update macOS, or use the CPU';
  }
}
