import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { type DeviceNumbers, deviceNumbers, relativeDistance } from './agreement.ts';
import { runChild } from './child.ts';
import { SMALL_GLOW } from './glow-sample.ts';
import { softwareVulkan } from './software-vulkan.ts';

const vulkan = softwareVulkan();
const environment = vulkan.found ? vulkan.environment : {};
const title = vulkan.found ? 'WebGPU on SwiftShader' : `WebGPU on SwiftShader (skipped: ${vulkan.reason})`;

/** SwiftShader compiles some hundred shaders on the CPU. */
const PATIENCE_MS = 240_000;

/** Far below what is asked for (1e-3): one wrong convolution in a small Glow shows as little as 2e-3 in its parameters. */
const TOLERANCE = 1e-5;

describe.skipIf(!vulkan.found)(title, () => {
  it(
    "agrees with the CPU on a Glow's maps, their sums, and three training steps",
    async () => {
      const { messages, terminal } = await runChild('agreement.ts', environment);
      expect(terminal).toBe('');
      const [cpu, gpu] = z.tuple([deviceNumbers, deviceNumbers]).parse(messages);
      expect(cpu.label).toMatch(/^CPU/);
      expect(gpu.label).toBe('WebGPU (SwiftShader)');

      expect(Object.keys(gpu.maps)).toHaveLength(SMALL_GLOW.glow.scales);
      expectAgreement(gpu.maps, cpu.maps);
      expectAgreement({ sums: sumsOf(gpu) }, { sums: sumsOf(cpu) });

      expect(relativeDistance(gpu.losses, cpu.losses)).toBeLessThan(TOLERANCE);
      expect(new Set(cpu.losses).size).toBe(SMALL_GLOW.steps);
      expect(gpu.before).toEqual(cpu.before);
      expectAgreement(gpu.after, cpu.after);
      for (const [name, values] of Object.entries(cpu.after)) {
        expect(relativeDistance(values, cpu.before[name] ?? []), name).toBeGreaterThan(100 * TOLERANCE);
      }
    },
    PATIENCE_MS,
  );

  it(
    'is seen for what it is: the doctor shows it with all nodes on it, and auto computes on the CPU and says why',
    async () => {
      const { messages, terminal } = await runChild('devices.ts', environment);
      expect(terminal).toBe('');
      const { reports, automatic, notices } = devicesMessage.parse(messages[0]);
      const webgpu = reports.find(({ kind }) => kind === 'webgpu');
      expect(webgpu).toMatchObject({ available: true, label: 'WebGPU (SwiftShader)', software: true });
      expect(webgpu?.placement).toMatch(/^All \d+ nodes run on the device\.$/);
      expect(webgpu?.difference).toBeLessThan(TOLERANCE);
      expect(automatic).toMatch(/^CPU/);
      expect(notices).toHaveLength(1);
      expect(notices[0]).toContain('SwiftShader');
    },
    PATIENCE_MS,
  );
});

const devicesMessage = z.object({
  reports: z.array(
    z.looseObject({
      kind: z.string(),
      difference: z.number().optional(),
      placement: z.string().nullable().optional(),
    }),
  ),
  automatic: z.string(),
  notices: z.array(z.string()),
});

/** log p(x) of each image: all maps summed. */
function sumsOf({ maps }: DeviceNumbers): number[] {
  return Array.from({ length: SMALL_GLOW.batch }, (_, image) =>
    Object.values(maps).reduce((total, map) => {
      const size = map.length / SMALL_GLOW.batch;
      return total + map.subarray(image * size, (image + 1) * size).reduce((sum, value) => sum + value, 0);
    }, 0),
  );
}

function expectAgreement(
  actual: Readonly<Record<string, ArrayLike<number>>>,
  expected: Readonly<Record<string, ArrayLike<number>>>,
): void {
  expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
  for (const [name, reference] of Object.entries(expected)) {
    expect(relativeDistance(actual[name] ?? [], reference), name).toBeLessThan(TOLERANCE);
  }
}
