import { z } from 'zod';
import type { DeviceKind } from '../../models/device.ts';

/** Where the nodes of a graph ran. */
export interface Placement {
  readonly nodes: number;
  /** Operators that ran on the CPU although the graph was given to another device, and how many nodes of each. */
  readonly elsewhere: Readonly<Record<string, number>>;
}

const PROVIDERS: Readonly<Record<DeviceKind, string>> = {
  cpu: 'CPUExecutionProvider',
  webgpu: 'WebGpuExecutionProvider',
  cuda: 'CUDAExecutionProvider',
  dml: 'DmlExecutionProvider',
  coreml: 'CoreMLExecutionProvider',
};

const profileSchema = z.array(
  z.object({
    cat: z.string().optional(),
    args: z
      .object({
        node_index: z.string().optional(),
        op_name: z.string().optional(),
        provider: z.string().optional(),
      })
      .optional(),
  }),
);

/**
 * @param profile the JSON text that ONNX Runtime writes when a profiled session ends
 * @throws when the text is no such profile
 */
export function placementOf(profile: string, kind: DeviceKind): Placement {
  const seen = new Set<string>();
  const elsewhere: Record<string, number> = {};
  for (const { cat, args } of profileSchema.parse(JSON.parse(profile))) {
    if (cat !== 'Node' || args?.node_index === undefined || args.provider === undefined) continue;
    if (seen.has(args.node_index)) continue;
    seen.add(args.node_index);
    const operator = args.op_name ?? 'unnamed';
    if (args.provider !== PROVIDERS[kind]) elsewhere[operator] = (elsewhere[operator] ?? 0) + 1;
  }
  if (seen.size === 0) throw new Error('the profile names no node');
  return { nodes: seen.size, elsewhere };
}
