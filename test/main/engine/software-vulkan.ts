import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

/** Where SwiftShader, a Vulkan driver that computes on the CPU, comes along with a browser. */
const BROWSERS = [
  '/usr/lib/chromium',
  '/usr/lib/chromium-browser',
  '/opt/google/chrome',
  '/opt/chromium.org/chromium',
];

export type SoftwareVulkan =
  | { readonly found: true; readonly environment: Readonly<Record<string, string>> }
  | { readonly found: false; readonly reason: string };

/**
 * The environment in which WebGPU runs without a GPU. It takes effect in a new process only: the Vulkan loader
 * (libvulkan.so.1, which lies beside the driver) is looked up with the path that the process was started with.
 */
export function softwareVulkan(): SoftwareVulkan {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { found: false, reason: 'ONNX Runtime can use SwiftShader on Linux x64 only' };
  }
  const given = process.env['VK_ICD_FILENAMES'];
  const drivers = [
    ...(given === undefined ? [] : [given]),
    ...BROWSERS.map((folder) => join(folder, 'vk_swiftshader_icd.json')),
  ];
  const driver = drivers.find((path) => existsSync(path));
  if (driver === undefined) {
    return {
      found: false,
      reason: 'no SwiftShader: install Chromium, or name its driver in VK_ICD_FILENAMES',
    };
  }
  const path = [dirname(driver), process.env['LD_LIBRARY_PATH']].filter((part) => part !== undefined);
  return {
    found: true,
    environment: { VK_ICD_FILENAMES: driver, VK_DRIVER_FILES: driver, LD_LIBRARY_PATH: path.join(delimiter) },
  };
}
