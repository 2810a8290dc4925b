/** What graphics hardware there is, from what ONNX Runtime logs when it looks for it and from the drivers it loaded. */

export interface Adapter {
  /** What a person knows it by: "NVIDIA GeForce RTX 4060", "SwiftShader". */
  readonly name: string;
  /** A driver that computes on the CPU: right, but slower than computing there without it. */
  readonly software: boolean;
}

const VENDORS: Readonly<Record<string, string>> = {
  '0x1002': 'AMD',
  '0x10de': 'NVIDIA',
  '0x8086': 'Intel',
  '0x106b': 'Apple',
  '0x5143': 'Qualcomm',
};

/** Windows' own "Basic Render Driver" goes by Microsoft's number. */
const MICROSOFT = '0x1414';

const SOFTWARE_DRIVERS: readonly (readonly [RegExp, string])[] = [
  [/swiftshader/i, 'SwiftShader'],
  [/vulkan_lvp|lavapipe|llvmpipe/i, 'llvmpipe'],
];

const HARDWARE =
  /OrtHardwareDevice \{vendor_id:(0x[0-9a-f]+), device_id:\S+, vendor:([^,]*), type:(\d+), metadata: \[(.*?)\]\}/gi;
/** ONNX Runtime's number for a graphics processor (0 is a CPU, 2 a neural processor). */
const GPU = '1';

/**
 * @param log ONNX Runtime's log at its most verbose, from before the first session
 * @param libraries paths of the native libraries that the process has loaded; empty where that cannot be known
 */
export function adapterOf(log: string, libraries: string): Adapter {
  const devices = [...log.matchAll(HARDWARE)];
  const gpus = devices.filter(([, vendor, , type]) => type === GPU && vendor?.toLowerCase() !== MICROSOFT);
  const [gpu] = gpus;
  if (gpu !== undefined) {
    const [, vendor = '', vendorName = '', , metadata = ''] = gpu;
    const description = /Description=([^,\]]+)/.exec(metadata)?.[1]?.trim();
    return { name: description ?? VENDORS[vendor.toLowerCase()] ?? vendorName, software: false };
  }
  const driver = SOFTWARE_DRIVERS.find(([pattern]) => pattern.test(libraries));
  if (driver !== undefined) return { name: driver[1], software: true };
  // The search names at least the CPU; where it says nothing at all, what it would have found is unknown.
  return devices.length > 0
    ? { name: 'software adapter', software: true }
    : { name: 'adapter of unknown make', software: false };
}
